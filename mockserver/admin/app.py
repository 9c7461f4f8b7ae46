"""The Flask application: every operation of `openapi.yaml` bound to its handler, every refusal a problem."""

import logging
from collections.abc import Mapping
from pathlib import Path

from flask import Flask, Response
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound, RequestEntityTooLarge

from mockserver.admin.guard import Guard
from mockserver.admin.handlers import HANDLERS
from mockserver.admin.operation import BoundOperation
from mockserver.admin.reply import reply
from mockserver.admin.room import Room
from mockserver.contract.document import Document
from mockserver.errors import BadControlRequest, Crashed, Problem, TooLarge, UnknownPath, WrongMethod
from mockserver.vendors import Vendor
from mockserver.world.sandbox import World

logger = logging.getLogger("mockserver")
BODY_BYTES = 64 * 1024 * 1024


def build(
    world: World[Vendor],
    documents: Mapping[str, Document],
    vendors: Mapping[str, type[Vendor]],
    token: str | None = None,
) -> Flask:
    """Build the control plane of these vendors; with a token, it asks for it.

    Raises:
        DocumentError: its document cannot be read, or an operation has no handler.
    """
    document = Document(Path(__file__).with_name("openapi.yaml"))
    room = Room(world, documents, vendors)
    handlers = [kind(room) for kind in HANDLERS]
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = BODY_BYTES
    app.url_map.merge_slashes = False  # a path with two is another path, not a redirect
    for operation in document.operations:
        app.add_url_rule(
            operation.path.replace("{", "<").replace("}", ">"),
            endpoint=operation.operation_id,
            view_func=BoundOperation(document, operation, handlers),
            methods=[operation.method],
            provide_automatic_options=False,
        )
    app.add_url_rule("/", view_func=_lead_on, methods=["GET"], provide_automatic_options=False)
    app.before_request(Guard(document, token))
    app.register_error_handler(Exception, _refuse)
    app.after_request(_forbid_storing)
    return app


def _lead_on() -> Response:
    """Lead whoever opens the server in a browser to what it serves."""
    return Response(status=307, headers={"Location": "/__admin/vendors"})


def _refuse(error: Exception) -> Response:
    """Answer with the problem; what is none is a fault of ours."""
    problem = error if isinstance(error, Problem) else _as_problem(error)
    response = reply(problem.status, problem.render(), "application/problem+json")
    response.headers.update(problem.headers)
    return response


def _as_problem(error: Exception) -> Problem:
    """Turn what Flask and Werkzeug raise into our own classes."""
    match error:
        case NotFound():
            return UnknownPath("there is nothing at this path; GET /__admin/vendors and /__admin/sandboxes are a start")
        case MethodNotAllowed():
            allow = ", ".join(sorted(error.valid_methods or ()))
            problem = WrongMethod(f"this path has no such method; its methods are {allow}")
            problem.headers["Allow"] = allow
            return problem
        case RequestEntityTooLarge():
            return TooLarge(f"a body has at most {BODY_BYTES} bytes")
        case HTTPException():
            return BadControlRequest(f"the request cannot be read: {error.description}")
    logger.error("control plane: a fault of this server", exc_info=error)
    return Crashed("this is a fault of the server; its log has the reason")


def _forbid_storing(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
