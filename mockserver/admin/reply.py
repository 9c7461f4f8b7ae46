"""An answer of the control plane."""

from typing import Any

from flask import Response

from mockserver.pieces import write_json


def reply(status: int, body: Any, media_type: str = "application/json") -> Response:
    """Write an answer; a body of None is none."""
    if body is None:
        response = Response(status=status)
        del response.headers["Content-Type"]
        return response
    return Response(write_json(body), status, content_type=media_type)
