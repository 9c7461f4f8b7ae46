"""The requests that are measured: a read, and bodies of 12 and 50 items."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from mockserver.contract import document
from mockserver.server import Server

OK = 200
ITEMS = (12, 50)
VENDORS = ("xomni", "omeda", "expoints")


@dataclass(frozen=True)
class Request:
    """One request to a vendor; `path` is the vendor's own."""

    vendor: str
    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def scope(self, mount: str = "") -> dict[str, Any]:
        """Give what an ASGI server makes of it, below `mount`."""
        headers = {"host": "127.0.0.1:8080", **self.headers}
        if self.body:
            headers |= {"content-type": "application/json", "content-length": str(len(self.body))}
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "server": ("127.0.0.1", 8080),
            "client": ("127.0.0.1", 50000),
            "scheme": "http",
            "method": self.method,
            "path": mount + self.path,
            "raw_path": (mount + self.path).encode(),
            "root_path": "",
            "query_string": b"",
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
            "state": {},
        }


def requests(server: Server) -> Iterator[tuple[str, Request]]:
    """Give the requests by what they are, with the credentials of the server's own accounts.

    Omeda stores one opt-out an item; Expoints looks each item up and answers it.
    """
    credentials = {}
    for name, kind in server.vendors.items():
        accounts = server.world.find("default").store.records(name).all(kind.account)
        credentials[name] = dict(accounts[0].headers) if accounts else {}
    accept = {"Accept": "application/vnd.xomni.api-v4-1, */*"}
    path = "/private/mail/subscription/guy@example.com/status"
    yield "GET (xomni)", Request("xomni", "GET", path, credentials["xomni"] | accept)
    for vendor, body in (("omeda", opt_outs), ("expoints", customers)):
        (operation,) = (each for each in document.load(vendor).operations if each.operation_id in OPERATIONS)
        path = operation.path.replace("{clientAbbreviation}", "CLNT1")
        for count in ITEMS:
            content = json.dumps(body(count)).encode()
            yield f"POST {count} items ({vendor})", Request(vendor, "POST", path, credentials[vendor], content)


OPERATIONS = {"opt_out", "check_opt_outs"}


def opt_outs(count: int) -> dict[str, Any]:
    """Opt so many addresses out of a deployment type each."""
    return {
        "DeploymentTypeOptOut": [
            {"EmailAddress": f"address{number}@example.com", "DeploymentTypeId": 23, "Source": "benchmark"}
            for number in range(count)
        ]
    }


def customers(count: int) -> dict[str, Any]:
    """Ask for so many customers."""
    return {"Customers": [{"Email": f"address{number}@example.com"} for number in range(count)]}
