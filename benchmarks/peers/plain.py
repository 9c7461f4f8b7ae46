"""Plain Starlette with the same validators: what an answer costs where nothing is kept, checked or written down.

`python -m benchmarks.peers.plain` serves it, each vendor below its name.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.requests import Request as Asked
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.measuring.requests import Request, requests
from benchmarks.peers import serve
from mockserver.contract import document
from mockserver.server import Server, Settings

STATUS = {"PIIName": "XOMNI Guy", "StatusId": 1, "PurposeTypeId": 1, "IsSubscribable": False}
DONE = {"SubmissionId": "34ad9f7f-3260-49c1-a698-a03642997893", "Success": "Your submission was successful"}


def answer(_: Any) -> Any:
    return DONE


def answers(body: Any) -> Any:
    return [{"OptOut": False, "Email": each["Email"], "CustomerDataColumns": None} for each in body["Customers"]]


async def read(asked: Asked) -> Response:
    return Response(orjson.dumps(STATUS if asked.path_params["email"] else None), media_type="application/json")


def post(request: Request, reply: Callable[[Any], Any]) -> Callable[[Asked], Awaitable[Response]]:
    operation = next(each for each in document.load(request.vendor).operations if each.method == request.method)
    if operation.content is None:
        raise ValueError(f"{operation.operation_id} takes no body")
    validator = operation.content.validators["application/json"]

    async def endpoint(asked: Asked) -> Response:
        body = orjson.loads(await asked.body())
        if validator.violations(body, "body"):
            return Response(b"{}", 400, media_type="application/json")
        return Response(orjson.dumps(reply(body)), media_type="application/json")

    return endpoint


def route(request: Request, mount: str = "") -> Route:
    """Serve one request's path."""
    if request.method == "GET":
        return Route(mount + "/private/mail/subscription/{email}/status", read)
    reply = answers if request.vendor == "expoints" else answer
    return Route(mount + request.path, post(request, reply), methods=["POST"])


def main() -> None:
    serve(Starlette(routes=[route(each, f"/{each.vendor}") for _, each in requests(Server(Settings()))]))


if __name__ == "__main__":
    main()
