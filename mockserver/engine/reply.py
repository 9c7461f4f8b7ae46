"""How an answer is written: media type, headers and bytes, as the document has them."""

from typing import Any

from mockserver.contract.document import Document
from mockserver.contract.elements import Operation, Response
from mockserver.contract.media import negotiate
from mockserver.engine.call import Call, Reply


class Replies:
    """Writes the answers of one document."""

    def __init__(self, document: Document) -> None:
        """Compile what each documented answer always carries."""
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
        name = self._media_type(call, response)
        content_type, write = response.contents[name]
        if parameters is not None:
            content_type = f"{name}; {parameters}"
        return Reply(status, [(b"content-type", content_type.encode()), *self._constant[id(response)]], write(body))

    @staticmethod
    def _media_type(call: Call, response: Response) -> str:
        if len(response.media_types) == 1:
            return response.media_types[0]
        accept, sent = call.headers.get(b"accept"), call.headers.get(b"content-type")
        return negotiate(
            accept.decode("latin-1") if accept else None, sent.decode("latin-1") if sent else None, response.media_types
        )
