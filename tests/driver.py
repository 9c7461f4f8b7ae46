"""Calls the ASGI application directly, with the very bytes that a test asks for."""

import asyncio
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import orjson


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)


class Driver:
    """A client of one application; `headers` go with every request."""

    def __init__(self, app, headers=None, sandbox=None):
        self.app = app
        self.headers = headers or {}
        self.prefix = f"/~{sandbox}" if sandbox else ""

    def get(self, path, **kwargs):
        return self.request("GET", path, **kwargs)

    def post(self, path, body: Any = b"", **kwargs):
        return self.request("POST", path, body=body if isinstance(body, bytes) else orjson.dumps(body), **kwargs)

    def request(self, method, path, *, headers=None, body: bytes = b"", query: bytes = b""):
        return asyncio.run(self.send(method, path, headers=headers, body=body, query=query))

    async def send(self, method, path, *, headers=None, body: bytes = b"", query: bytes = b"", extensions=None):
        sent = {"host": "127.0.0.1:8080", **self.headers, **(headers or {})}
        if body:
            sent.setdefault("content-length", str(len(body)))
        raw = (self.prefix + path).encode() if isinstance(path, str) else path
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "server": ("127.0.0.1", 8080),
            "client": ("127.0.0.1", 50000),
            "root_path": "",
            "path": unquote(raw.decode("latin-1")),
            "raw_path": raw,
            "query_string": query,
            "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in sent.items()],
        }
        if extensions is not None:
            scope["extensions"] = extensions
        messages = []
        asked = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive():
            return asked.pop() if asked else await asyncio.Event().wait()  # a client that stays

        async def send(message):
            messages.append(message)

        await self.app(scope, receive, send)
        start, *rest = messages
        headers = {name.decode(): value.decode() for name, value in start["headers"]}
        return Answer(start["status"], headers, b"".join(message["body"] for message in rest))
