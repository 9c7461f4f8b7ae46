"""Writes a request as a `curl` command that repeats it; credentials become shell variables."""

import shlex
from collections.abc import Iterable, Mapping

import httpx

CONNECTION = frozenset({"host", "content-length", "connection", "transfer-encoding"})
MASKED = 4  # characters at a secret's end that a request with another secret has changed


class Secrets:
    """The credentials of a run. Each account's first header is `$ACME_HEADER`, as `mockserver env` exports it."""

    def __init__(self) -> None:
        self._names: dict[tuple[str, str], str] = {}

    def add(self, vendor: str, accounts: Iterable[Mapping[str, str]]) -> None:
        """Take in a vendor's accounts, each with the headers that it sends."""
        for header, value in (pair for headers in accounts for pair in headers.items()):
            base = f"{vendor.upper()}_HEADER"
            taken = sum(each == base or each.startswith(f"{base}_") for each in self._names.values())
            self._names.setdefault((header.lower(), value), f"{base}_{taken + 1}" if taken else base)

    def header(self, name: str, value: str) -> str:
        """Write a header as an argument for a shell."""
        for (secret_name, secret), variable in self._names.items():
            if name == secret_name and value == secret:
                return f'"${variable}"'
            if name == secret_name and len(secret) > MASKED and value[:-MASKED] == secret[:-MASKED]:
                return f'"${{{variable}%{"?" * MASKED}}}{value[-MASKED:]}"'
        return shlex.quote(f"{name}: {value}")

    def redact(self, text: str) -> str:
        """Take the secrets out of a text."""
        for _, secret in self._names:
            for each in (secret, secret[:-MASKED], secret.rpartition(" ")[2]):
                text = text.replace(each, "[REDACTED]") if len(each) > MASKED else text
        return text


def write(request: httpx.Request, url: str, secrets: Secrets) -> str:
    """Write the command, for this URL; what curl would add by itself is taken away."""
    sent = {name: value for name, value in request.headers.items() if name not in CONNECTION}
    body = request.content
    parts = [f"curl -gi -X {request.method}", shlex.quote(url)]
    parts += [f"-H {secrets.header(name, value)}" for name, value in sent.items()]
    parts += [f"-H {name}:" for name in ("accept", *(["content-type"] if body else [])) if name not in sent]
    if not body:
        return " ".join(parts)
    if body.isascii() and body.decode().replace("\n", "").isprintable():
        return " ".join([*parts, f"--data-binary {shlex.quote(body.decode())}"])
    escaped = "".join(
        each if each.isascii() and each.isalnum() else f"\\{ord(each):03o}" for each in body.decode("latin-1")
    )
    return " ".join([f"printf '{escaped}' |", *parts, "--data-binary @-"])
