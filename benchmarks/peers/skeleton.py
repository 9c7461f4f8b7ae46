"""The parts that this server is made of, and nothing else: what a start costs at the least.

One operation by Connexion, an empty Flask application beside it through a2wsgi, under uvicorn.
"""

import logging
import warnings
from typing import Any

import a2wsgi
from flask import Flask

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # as the server does
    from connexion import AsyncApp
    from connexion.resolver import Resolver

from benchmarks.peers import serve

DOCUMENT = {
    "openapi": "3.0.3",
    "info": {"title": "skeleton", "version": "1"},
    "paths": {"/ok": {"get": {"operationId": "ok", "responses": {"200": {"description": "ok"}}}}},
}


async def ok() -> dict[str, bool]:
    return {"ok": True}


def main() -> None:
    logging.getLogger("connexion").setLevel(logging.ERROR)  # no word of its console, as the server does
    connexion = AsyncApp(__name__)
    connexion.add_api(DOCUMENT, resolver=Resolver(lambda _: ok))
    flask = a2wsgi.WSGIMiddleware(Flask(__name__))

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await (flask if scope.get("path", "").startswith("/__admin") else connexion)(scope, receive, send)

    serve(app)


if __name__ == "__main__":
    main()
