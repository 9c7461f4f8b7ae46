"""Per-request overrides: any documented answer, chosen by the request itself, whatever the state.

`Prefer: code=503`, `Prefer: example=NAME`, both, or `?__code=` and `?__example=` in the query (RFC 7240; the names are
Prism's). Other preferences are the vendor's.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from mockserver.contract.document import Document
from mockserver.contract.elements import Operation
from mockserver.contract.preferences import preferences
from mockserver.engine.call import Call, Reply
from mockserver.engine.reply import Replies
from mockserver.errors import WrongPreference

NAMES = ("code", "example")
QUERY = {f"__{name}": name for name in NAMES}


@dataclass(frozen=True, slots=True)
class Wish:
    """The answer asked for: a status, an example's name, or both; `said` whether the request itself asks for it."""

    code: str | None
    example: str | None = None
    said: bool = True

    def __str__(self) -> str:
        """Write it as `Preference-Applied` does."""
        return ", ".join(f"{name}={value}" for name in NAMES if (value := getattr(self, name)) is not None)


def wish_of(call: Call) -> Wish | None:
    """Read what a request asks for; the header comes before the query, the first of a name before the second."""
    sent = call.headers.get(b"prefer")
    found = {name: value for name, value in preferences(sent.decode("latin-1")).items() if value} if sent else {}
    if b"__" in call.scope["query_string"]:
        for name, value in parse_qsl(call.scope["query_string"].decode("latin-1"), keep_blank_values=True):
            if name in QUERY:
                found.setdefault(QUERY[name], value)
    wish = Wish(found.get("code"), found.get("example"))
    return None if wish == Wish(None) else wish


class Overrides:
    """Writes the documented answers of one document as examples show them."""

    def __init__(self, document: Document, replies: Replies) -> None:
        """Speak of this document."""
        self._document = document
        self._replies = replies

    def reply(self, call: Call, operation: Operation, wish: Wish) -> Reply:
        """Write the answer that was asked for.

        Raises:
            WrongPreference: the operation does not document it.
        """
        node = self._document.tree["paths"][operation.path][operation.method.lower()]
        responses = {code: self._document.resolve(each) for code, each in node["responses"].items()}
        examples = {code: self._examples(each) for code, each in responses.items()}
        code = next(
            (
                code
                for code in responses
                if wish.code in {None, code} and (wish.example is None or wish.example in examples[code])
            ),
            None,
        )
        if code is None:
            raise WrongPreference(_told(operation, wish, examples))
        named = examples[code]
        body = named[wish.example] if wish.example is not None else next(iter(named.values()), None)
        reply = self._replies.write(call, operation, int(code), body)
        sent = {name for name, _ in reply.headers}
        headers = ((name.lower().encode(), value) for name, value in self._headers(responses[code]))
        reply.headers += [each for each in headers if each[0] not in sent]
        if wish.said:
            reply.headers.append((b"preference-applied", str(wish).encode("latin-1", "replace")))
        return reply

    def _examples(self, response: Mapping[str, Any]) -> dict[str, Any]:
        """Give the examples of an answer by name; the same name under two media types is one example."""
        found: dict[str, Any] = {}
        for content in response.get("content", {}).values():
            for name, each in content.get("examples", {}).items():
                found.setdefault(name, self._document.resolve(each)["value"])
        return found

    def _headers(self, response: Mapping[str, Any]) -> Iterator[tuple[str, bytes]]:
        """Give the required headers with their first example, or the one value that there is."""
        for name, each in response.get("headers", {}).items():
            header = self._document.resolve(each)
            values = [self._document.resolve(one)["value"] for one in header.get("examples", {}).values()]
            values += self._document.resolve(header.get("schema", {})).get("enum", ())
            if header.get("required") and values:
                yield name, str(values[0]).encode()


def _told(operation: Operation, wish: Wish, examples: Mapping[str, Mapping[str, Any]]) -> str:
    known = "; ".join(f"{code}: {', '.join(named) or 'no examples'}" for code, named in examples.items())
    return f"{operation.operation_id} documents no answer with {wish}; the codes, each with its examples, are {known}"
