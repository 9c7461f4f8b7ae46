"""The control plane, as a client sees it.

It is spoken to by the standard library: what a test does to httpx or requests (a patch, a proxy, a recorder) is meant
for the client under test, and must not reach its instruments.
"""

import http.client
import json
import ssl
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from mockserver.errors import MockServerError

TIMEOUT_S: Final = 30.0
GOOD: Final = range(200, 300)


class Unreachable(MockServerError):
    """No control plane of this tool's answers at a URL."""


class ControlError(MockServerError):
    """What the control plane refused.

    `errors` are pairs (JSON Pointer into the body, what is wrong there).
    """

    def __init__(self, status: int, kind: str, detail: str, errors: tuple[tuple[str, str], ...] = ()) -> None:
        """Keep the problem: its status, its `type`, its words."""
        told = "; ".join(f"{pointer or 'body'}: {says}" for pointer, says in errors) if len(errors) > 1 else detail
        super().__init__(f"{told} ({status} {kind})")
        self.status = status
        self.type = kind
        self.detail = detail
        self.errors = errors


class Plane:
    """The control plane of the server at a URL, which may have a path where the server stands behind another."""

    def __init__(self, url: str, admin_token: str | None = None) -> None:
        """Ask nothing yet.

        Raises:
            Unreachable: that is no URL.
        """
        self.url = url.rstrip("/")
        try:
            parts = urlsplit(self.url)
            self._authority = (parts.hostname or "", parts.port)
        except ValueError as error:
            raise Unreachable(f"{url!r} is no URL: {error}") from None
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise Unreachable(f"{url!r} is no URL of a server: it has http:// or https://, a host, and perhaps a path")
        self._connect = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._path = parts.path
        self._headers = {"Authorization": f"Bearer {admin_token}"} if admin_token else {}

    def call(self, method: str, path: str, *, query: Mapping[str, Any] | None = None, body: Any = None) -> Any:
        """Ask for a path below `/__admin/`; gives the JSON of the answer, None where it is empty.

        Members of the query that are None are left out.

        Raises:
            Unreachable: nothing answers, or something else. ControlError: it is refused.
        """
        asked = {name: value for name, value in (query or {}).items() if value is not None}
        target = f"{self._path}/__admin/{quote(path)}" + (f"?{urlencode(asked)}" if asked else "")
        status, content = self._send(method, target, body)
        try:
            found = json.loads(content) if content else None
        except ValueError:
            raise self._other(status) from None
        if status in GOOD:
            return found
        raise self._refusal(status, found)

    def _send(self, method: str, target: str, body: Any) -> tuple[int, bytes]:
        host, port = self._authority
        connection = self._connect(host, port, timeout=TIMEOUT_S)
        headers = self._headers if body is None else {**self._headers, "Content-Type": "application/json"}
        try:
            connection.request(method, target, None if body is None else json.dumps(body).encode(), headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except ssl.SSLCertVerificationError as error:
            raise Unreachable(
                f"the certificate of {self.url} is not trusted ({error.verify_message}): "
                "set SSL_CERT_FILE to the ca.pem that `mockserver serve --tls` names"
            ) from None
        except (OSError, http.client.HTTPException) as error:
            said = str(error) or type(error).__name__
            raise Unreachable(
                f"nothing answers at {self.url} ({said}): start it with `mockserver serve`, or check the URL"
            ) from None
        finally:
            connection.close()

    def _refusal(self, status: int, found: Any) -> MockServerError:
        kind = found.get("type") if isinstance(found, dict) else None
        if not isinstance(kind, str) or not kind.startswith("urn:mockserver:"):
            return self._other(status)
        errors = tuple((each["pointer"], each["detail"]) for each in found.get("errors", ()))
        return ControlError(status, kind, found["detail"], errors)

    def _other(self, status: int) -> Unreachable:
        return Unreachable(f"what answers at {self.url} ({status}) is no mock server of this kind: check the URL")
