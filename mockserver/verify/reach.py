"""Finds out what answers at a URL: this tool's mock, the vendor that was named, or neither."""

import ssl
from typing import Any

import httpx

from contract_tests.ground import Ground, Mock, VendorServer
from contract_tests.steps import parameter_examples
from contract_tests.target import Answer, Plane, Request
from mockserver.contract import document, media
from mockserver.contract.document import Document
from mockserver.errors import ConfigurationError
from mockserver.verify import credentials
from mockserver.verify.recorder import Recorder
from mockserver.verify.wish import Wish

POLITE = 5.0  # requests per second, where nothing else is asked for: a vendor's own server


def reach(wish: Wish, http: httpx.Client, recorder: Recorder) -> Ground:
    """Make the ground of a run, of what answers.

    Raises:
        ConfigurationError: why there is none, in one line.
    """
    contracts = [_load(name) for name in wish.vendors]
    url = _origin(wish.base_url)
    try:
        found = _mock(url, wish, http)
        if found is not None:
            return _choose(url, wish, found, http, recorder)
        if len(contracts) != 1:
            raise ConfigurationError(
                f"{url} is no mock of ours ({url}/__admin/vendors does not answer as one): to verify a vendor's own "
                "server, name the one --vendor"
            )
        return _vendor(url, wish, contracts[0], http, recorder)
    except httpx.HTTPError as error:
        raise ConfigurationError(unreachable(url, error, wish.timeout_s)) from None


def unreachable(url: str, error: Exception, timeout_s: float) -> str:
    """Say in one line why nothing came of a request."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return f"{url}: TLS fails ({getattr(cause, 'verify_message', '') or cause.reason}): check https and host"
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpx.TimeoutException):
        return f"{url} does not answer within {timeout_s:g} s: is it the right server? (--timeout waits longer)"
    if isinstance(error, httpx.ConnectError):
        return f"nothing answers at {url} ({error}): start the server, or check --base-url"
    return f"{url} does not answer as an HTTP server does ({error}): check --base-url"


def _load(name: str) -> Document:
    if name not in document.names():
        raise ConfigurationError(f"there is no vendor {name!r}; vendors are {', '.join(document.names())}")
    return document.load(name)


def _origin(text: str) -> str:
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, UnicodeError) as error:
        raise ConfigurationError(f"--base-url {text}: this is no URL: {error}") from None
    if url.scheme not in {"http", "https"} or not url.host or url.query or url.fragment:
        raise ConfigurationError(f"--base-url {text}: must be http:// or https://, a host, and perhaps a path")
    return text.rstrip("/")


def _mock(url: str, wish: Wish, http: httpx.Client) -> list[dict[str, Any]] | None:
    """Ask for a mock's vendors; None where this is no mock."""
    answer = http.get(f"{url}/__admin/vendors", headers=_bearer(wish))
    try:
        body = answer.json()
    except ValueError:
        return None
    if not isinstance(body, dict):
        return None
    if str(body.get("type", "")).startswith("urn:mockserver:"):
        hint = ": give it by --admin-token" if answer.status_code == httpx.codes.UNAUTHORIZED else ""
        raise ConfigurationError(f"{url}: {body.get('title')} ({body.get('detail')}){hint}")
    vendors = body.get("vendors")
    fits = isinstance(vendors, list) and all(isinstance(each, dict) and "credentials" in each for each in vendors)
    return vendors if fits else None


def _bearer(wish: Wish) -> dict[str, str]:
    return {"authorization": f"Bearer {wish.admin_token}"} if wish.admin_token else {}


def _choose(url: str, wish: Wish, served: list[dict[str, Any]], http: httpx.Client, recorder: Recorder) -> Mock:
    names = {str(each.get("name")): each for each in served}
    for name in wish.vendors:
        if name not in names:
            raise ConfigurationError(f"{url} does not serve {name}; it serves {', '.join(names) or 'nobody'}")
    asked = [name for name in wish.vendors or names if name in document.names()]
    for name in asked:
        recorder.secrets.add(name, [each["headers"] for each in names[name]["credentials"]])
    recorder.rate = wish.rate
    return Mock(Plane(url, http, _bearer(wish)), [_load(name) for name in asked], recorder.note)


def _vendor(url: str, wish: Wish, contract: Document, http: httpx.Client, recorder: Recorder) -> VendorServer:
    access = credentials.read(wish.credentials, contract)
    accounts = {contract.name: access.headers} if access.headers else {}
    recorder.secrets.add(contract.name, accounts.values())
    recorder.rate = wish.rate or POLITE
    ground = VendorServer(url, contract, accounts, access.values, wish.allow_writes, http, recorder.note)
    _knock(ground, wish)
    return ground


def _knock(ground: VendorServer, wish: Wish) -> None:
    """Ask one thing that changes nothing, and look whether that vendor may have answered.

    Raises:
        ConfigurationError: it has not, or does not take the credential.
    """
    contract = ground.document
    operation = next((each for each in contract.operations if each.method == "GET"), contract.operations[0])
    examples = {each.name: parameter_examples(contract, operation, each) for each in operation.parameters}
    path = {each.name: examples[each.name][0] for each in operation.parameters if each.where == "path"}
    target = ground.target(contract)
    answer = target.send(Request(operation, path, headers=target.credential(), method="GET"))
    asked = f"{ground.base_url} answers GET {operation.path} with {answer.status}"
    if answer.status in range(300, 400):
        place = answer.headers.get("location", "elsewhere")
        raise ConfigurationError(f"{asked} and leads to {place}: give the address itself as --base-url")
    if wish.credentials and answer.status in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
        raise ConfigurationError(
            f"{asked}: the credential in {wish.credentials} is not taken; check headers and values"
        )
    if _foreign(contract, answer):
        kind = answer.headers.get("content-type", "a body of no type")
        raise ConfigurationError(f"{asked} {kind}, which {contract.name} never sends: check --base-url and --vendor")


def _foreign(contract: Document, answer: Answer) -> bool:
    """Tell whether an answer has a media type that no answer of a document has."""
    known = {name for each in contract.operations for found in each.responses.values() for name in found.media_types}
    return bool(answer.body) and media.parse(answer.headers.get("content-type", "")).name not in known
