"""The credentials file: `{acme: {headers: {x-key: …}, values: {clientId: …}}}`, by vendor."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mockserver.contract import document
from mockserver.contract.document import Document
from mockserver.contract.text import read_file, read_yaml
from mockserver.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Access:
    """How one vendor is called: headers to send, and values of path parameters."""

    headers: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)


def read(path: Path | None, contract: Document) -> Access:
    """Read what the file has for a vendor; without a file nothing.

    Raises:
        DocumentError: the file cannot be read, or is not YAML.
        ConfigurationError: with file, key, and what to do.
    """
    rows = {} if path is None else _mapping(read_yaml(read_file(path), str(path)), str(path), document.names())
    place = f"{path}: {contract.name}"
    entry = _mapping(rows.get(contract.name, {}), place, ["headers", "values"])
    headers = _texts(entry.get("headers", {}), f"{place}.headers")
    lacking = [each.header for each in contract.schemes.values() if each.header not in map(str.lower, headers)]
    if lacking:
        place = f"{path}: {contract.name}.headers.{lacking[0]} is missing" if path else "--credentials FILE is missing"
        raise ConfigurationError(
            f"{place}: this vendor asks for a credential; write {{{contract.name}: {{headers: {{{lacking[0]}: …}}}}}}"
        )
    return Access(headers, _values(entry, f"{place}.values", contract))


def _values(entry: Mapping[str, Any], place: str, contract: Document) -> Mapping[str, str]:
    known = {each.name for operation in contract.operations for each in operation.parameters if each.where == "path"}
    found = _mapping(entry.get("values", {}), place, sorted(known))
    plain = {name: str(value) if type(value) is int else value for name, value in found.items()}
    return _texts(plain, place)


def _mapping(value: Any, place: str, keys: list[str]) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ConfigurationError(f"{place}: must be a mapping; its keys may be {', '.join(keys) or 'none'}")
    for key in value:
        if key not in keys:
            raise ConfigurationError(f"{place}: there is no {key!r}; keys may be {', '.join(keys) or 'none'}")
    return value


def _texts(value: Any, place: str) -> Mapping[str, str]:
    if not isinstance(value, dict):
        raise ConfigurationError(f"{place}: must be a mapping of names to texts")
    for name, text in value.items():
        if not isinstance(name, str) or not isinstance(text, str):
            raise ConfigurationError(f"{place}.{name}: must be a text: put it into quotes")
        if not text or not text.isascii() or not text.isprintable():
            raise ConfigurationError(f"{place}.{name}: must be printable ASCII on one line")
    return value
