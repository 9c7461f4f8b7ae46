"""An answer of the control plane."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Response

from mockserver.pieces import write_json


@dataclass(frozen=True)
class Written:
    """A body that a handler wrote itself, since it is not plain JSON, with the headers that go beside it."""

    body: bytes
    media_type: str
    headers: Mapping[str, str] = field(default_factory=dict)


def reply(status: int, body: Any, media_type: str = "application/json") -> Response:
    """Write an answer; a body of None is none."""
    if body is None:
        response = Response(status=status)
        del response.headers["Content-Type"]
        return response
    if isinstance(body, Written):
        return Response(body.body, status, dict(body.headers), content_type=body.media_type)
    return Response(write_json(body), status, content_type=media_type)
