"""Stock Connexion, as its own documentation has it: `FlaskApp` with the whole documents, under uvicorn.

`python -m benchmarks.peers.stock`: any credential will do, and each answer is a constant or made of the body.
"""

import logging
import warnings
from collections.abc import Callable
from typing import Any

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # as the server does
    from connexion import FlaskApp
    from connexion.resolver import Resolver
    from connexion.security import AbstractSecurityHandler

from benchmarks.measuring.requests import VENDORS
from benchmarks.peers import serve
from benchmarks.peers.plain import DONE, STATUS, answers
from mockserver.contract import document


class Anybody(AbstractSecurityHandler):
    def get_fn(self, security_scheme: Any, required_scopes: Any) -> Callable[..., Any]:  # noqa: ARG002 - Connexion's
        async def verify(_: Any) -> dict[str, str]:
            return {"sub": "anybody"}

        return verify


def fetch_mail_subscription_status(**_: Any) -> Any:
    return STATUS


def opt_out(**_: Any) -> Any:
    return DONE


def check_opt_outs(body: Any, **_: Any) -> Any:
    return answers(body), 200, {"Content-Type": "application/json"}  # it documents more media types than one


def main() -> None:
    logging.getLogger("connexion").setLevel(logging.ERROR)  # no word of its console, as the server does
    app = FlaskApp(__name__)
    handlers = {each.__name__: each for each in (fetch_mail_subscription_status, opt_out, check_opt_outs)}
    for vendor in VENDORS:
        app.add_api(
            document.load(vendor).tree,
            base_path=f"/{vendor}",
            name=vendor,
            resolver=Resolver(lambda name: handlers.get(name, opt_out)),
            security_map={"apiKey": Anybody, "bearer": Anybody},
        )
    serve(app)


if __name__ == "__main__":
    main()
