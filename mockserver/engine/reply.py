"""How an answer is written: media type, headers and bytes, as the document has them."""

from codecs import BOM_UTF16_LE
from typing import Any

from mockserver.contract.document import Document
from mockserver.contract.elements import Operation, Response
from mockserver.contract.media import negotiate, negotiate_charset
from mockserver.engine.call import Call, Reply


class Replies:
    """Writes the answers of one document."""

    def __init__(self, document: Document) -> None:
        """Compile what each documented answer always carries."""
        self._charsets = document.charsets
        self._first: dict[int, Response] = {}
        self._constant = {}  # by identity: responses live as long as the document
        for operation in document.operations:
            for status, response in operation.responses.items():
                self._first.setdefault(status, response)
                self._constant[id(response)] = [
                    (name.lower().encode(), value.encode())
                    for name, value in response.constant_headers
                    if name.lower() != "allow"  # the edge knows what is allowed
                ]
        self._last = next(iter(self._first.values()))

    def write(
        self, call: Call, operation: Operation | None, status: int, body: Any, parameters: str | None = None
    ) -> Reply:
        """Write an answer; `parameters` take the place of those that the document gives the media type.

        Where no operation is known, since the document has no such path, the first that documents the status is taken.
        """
        response = operation.responses.get(status) if operation else None
        response = response or self._first.get(status) or self._last
        constant = self._constant[id(response)]
        if not response.contents:
            return Reply(status, [*constant], b"")
        name = self._media_type(call, response)
        content_type, write = response.contents[name]
        if parameters is not None:
            content_type = f"{name}; {parameters}"
        raw = write(body)
        if self._charsets:
            content_type, raw = self._in_charset(call, content_type, raw)
        return Reply(status, [(b"content-type", content_type.encode()), *constant], raw)

    @staticmethod
    def _media_type(call: Call, response: Response) -> str:
        if len(response.media_types) == 1:
            return response.media_types[0]
        return negotiate(_text(call, b"accept"), _text(call, b"content-type"), response.media_types)

    def _in_charset(self, call: Call, content_type: str, raw: bytes) -> tuple[str, bytes]:
        """Write text anew where another charset than the usual is asked for; .NET's has a byte order mark."""
        usual = self._charsets[0]
        charset = negotiate_charset(_text(call, b"accept-charset"), _text(call, b"content-type"), self._charsets)
        if charset == usual:
            return content_type, raw
        return content_type.replace(usual, charset), BOM_UTF16_LE + raw.decode(usual).encode("utf-16-le")


def _text(call: Call, name: bytes) -> str | None:
    value = call.headers.get(name)
    return value.decode("latin-1") if value else None
