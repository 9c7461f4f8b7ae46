"""Rules for credentials and servers."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from mockserver.errors import pointer_to
from mockserver.lint.note import Note
from mockserver.lint.report import Severity
from mockserver.lint.rule import DocumentRule
from mockserver.lint.walk import Walk

GOOD = """\
security: [{key: []}]
paths:
  /mails:
    get: {summary: List mails, responses: {"200": {description: The mails.}}}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: x-key}
"""
SCOPED = frozenset({"oauth2", "openIdConnect"})


def _requirements(walk: Walk) -> Iterator[tuple[str, str, list[str]]]:
    """Give all requirements: JSON Pointer, name of the scheme, scopes."""
    for place, node in (("", walk.tree), *walk.each("operation")):
        for number, requirement in enumerate(node.get("security", ())):
            for name, scopes in requirement.items():
                yield f"{place}/security/{number}{pointer_to(name)}", name, scopes


def _scheme(walk: Walk, name: str) -> Mapping[str, Any] | None:
    found: Mapping[str, Any] | None = walk.tree.get("components", {}).get("securitySchemes", {}).get(name)
    return found


class SecurityDefined(DocumentRule):
    """Every security scheme that is asked for is defined."""

    rule_id = "security-defined"
    severity = Severity.ERROR
    reason = "A credential that nothing describes cannot be sent."
    good = GOOD
    bad = GOOD.replace("[{key: []}]", "[{token: []}]")

    def look(self, walk: Walk) -> Iterator[Note]:
        """Compare the requirements with the schemes."""
        for pointer, name, _ in _requirements(walk):
            if _scheme(walk, name) is None:
                yield Note(pointer, f"components/securitySchemes has no {name!r}")


class SecurityDeclared(DocumentRule):
    """Every operation says which credentials it asks for, or that it asks for none."""

    rule_id = "security-declared"
    severity = Severity.WARNING
    reason = "Silence may mean open or forgotten; `security: []` says that an operation is open."
    good = GOOD
    bad = GOOD.replace("security: [{key: []}]\n", "")

    def look(self, walk: Walk) -> Iterator[Note]:
        """Look for requirements, the document's and each operation's."""
        if "security" not in walk.tree:
            for each in walk.operations:
                if "security" not in each.node:
                    suggestion = "security: [] if it is open"
                    yield Note(each.pointer, "neither the operation nor the document says `security`", suggestion)


class SecurityScopes(DocumentRule):
    """Scopes are asked for where the scheme has them, and only those that it has."""

    rule_id = "security-scopes"
    severity = Severity.ERROR
    reason = (
        "OpenAPI 3.0 has scopes for OAuth 2 and OpenID Connect only, and no token can carry a scope that there is not."
    )
    good = GOOD
    bad = GOOD.replace("[{key: []}]", "[{key: [read]}]")

    def look(self, walk: Walk) -> Iterator[Note]:
        """Compare the scopes that are asked for with the schemes'."""
        for pointer, name, scopes in _requirements(walk):
            scheme = walk.resolve(_scheme(walk, name) or {}) or {}
            if scopes and "type" in scheme and scheme["type"] not in SCOPED:
                yield Note(pointer, f"a scheme of type {scheme['type']} has no scopes", f"{name}: []")
            elif scheme.get("type") == "oauth2":
                known = {scope for flow in scheme.get("flows", {}).values() for scope in flow.get("scopes", ())}
                for number, scope in enumerate(scopes):
                    if scope not in known:
                        yield Note(f"{pointer}/{number}", f"no flow of {name} has the scope {scope!r}")


class ServerVariables(DocumentRule):
    """The variables of a server are those in its URL, and their defaults are possible."""

    rule_id = "server-variables"
    severity = Severity.ERROR
    reason = "A variable that is not described has no value, so that the URL cannot be made."
    good = "servers: [{url: 'https://{region}.example.com', variables: {region: {default: eu, enum: [eu, us]}}}]\n"
    bad = "servers: [{url: 'https://{region}.example.com'}]\n"

    def look(self, walk: Walk) -> Iterator[Note]:
        """Compare each URL with its variables."""
        for pointer, node in walk.each("server"):
            names = re.findall(r"\{([^{}]*)\}", node.get("url", ""))
            variables = node.get("variables", {})
            for name in names:
                if name not in variables:
                    yield Note(
                        f"{pointer}/url", f"the variable {{{name}}} is not described", f"variables: {{{name}: …}}"
                    )
            for name, variable in variables.items():
                place = f"{pointer}/variables{pointer_to(name)}"
                if name not in names:
                    yield Note(place, f"the URL has no {{{name}}}")
                if "enum" in variable and variable.get("default") not in variable["enum"]:
                    yield Note(f"{place}/default", f"{variable.get('default')!r} is none of the enum's values")


class ServerSlash(DocumentRule):
    """No server's URL ends with a slash."""

    rule_id = "server-slash"
    severity = Severity.WARNING
    reason = "A path begins with a slash and is appended to the URL: together they make two."
    good = "servers: [{url: https://api.example.com/v1}]\n"
    bad = "servers: [{url: https://api.example.com/v1/}]\n"

    def look(self, walk: Walk) -> Iterator[Note]:
        """Look at the end of each URL."""
        for pointer, node in walk.each("server"):
            url = node.get("url", "")
            if url.endswith("/") and url != "/":
                yield Note(f"{pointer}/url", "the URL ends with a slash", url.rstrip("/"))
