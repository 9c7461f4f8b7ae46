"""Schemas of a document, compiled once; what does not match comes back in the document's order."""

import itertools
import json
import re
from collections.abc import Mapping
from typing import Any, NoReturn

import jsonschema_rs

from mockserver.errors import DocumentError, Unreadable, Violation, unescape

Schema = Mapping[str, Any]
MOST_VIOLATIONS = 200
ONE_OF = " is not one of "
REFERENCE = re.compile(r"#/components/([^/]+)/([^/]+)")


def to_draft_4(node: Any) -> Any:
    """Rewrite OpenAPI 3.0's `nullable` as Draft 4 has it, all the way down."""
    if isinstance(node, list):
        return [to_draft_4(each) for each in node]
    if not isinstance(node, dict):
        return node
    new = {key: to_draft_4(value) for key, value in node.items() if key != "nullable" or not isinstance(value, bool)}
    if node.get("nullable") is not True:
        return new
    if isinstance(new.get("enum"), list) and None not in new["enum"]:
        new["enum"] = [*new["enum"], None]
    if isinstance(new.get("type"), str):
        new["type"] = [new["type"], "null"]
        return new
    return {"anyOf": [new, {"type": "null"}]}


def prune(value: Any) -> Any:
    """Cut long lists: to list a million errors, or to say why a long list is none of two things, takes minutes."""
    if isinstance(value, list):
        return [prune(each) for each in value[:MOST_VIOLATIONS]]
    if isinstance(value, dict):
        return {key: prune(each) for key, each in value.items()}
    return value


def _reached(schema: Schema, components: Schema) -> Schema:
    """Give those of the components that a schema leads to: jsonschema-rs reads and keeps all that it is given."""
    found: dict[str, dict[str, Any]] = {}
    left: list[Any] = [schema]
    while left:
        node = left.pop()
        left += node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        reference = node.get("$ref") if isinstance(node, dict) else None
        if not isinstance(reference, str) or not (parts := REFERENCE.match(reference)):
            continue
        section, name = parts[1], unescape(parts[2])
        if name in components.get(section, {}) and name not in found.setdefault(section, {}):
            found[section][name] = components[section][name]
            left.append(found[section][name])
    return found


def _never(uri: str) -> NoReturn:
    raise DocumentError(f"{uri}: only references inside the document are supported")


class Validator:
    """One schema, compiled with the components it may refer to."""

    def __init__(self, schema: Schema, components: Schema) -> None:
        """Compile the schema; `components` are the document's, rewritten by `to_draft_4`.

        Raises:
            DocumentError: it is no schema.
        """
        self._root = {"allOf": [to_draft_4(schema)], "components": _reached(schema, components)}
        try:
            self._compiled = jsonschema_rs.Draft4Validator(self._root, retriever=_never)
        except (ValueError, jsonschema_rs.ValidationError) as error:
            raise DocumentError(f"a schema cannot be compiled: {str(error).splitlines()[0]}") from None

    def violations(self, value: Any, where: str, start: tuple[str | int, ...] = ()) -> list[Violation]:
        """List where the value does not match, in the order in which the document lists properties.

        Raises:
            Unreadable: the value cannot be a JSON text (nested too deeply, a lone surrogate).
        """
        try:
            if self._compiled.is_valid(value):
                return []
            errors = list(itertools.islice(self._compiled.iter_errors(prune(value)), MOST_VIOLATIONS))
            found = [self._violation(error, where, start) for error in errors or self._first(value)]
        except (ValueError, RecursionError) as error:
            raise Unreadable(str(error)) from None
        return sorted(found, key=lambda each: self._rank(each.path[len(start) :]))

    def _first(self, value: Any) -> list[jsonschema_rs.ValidationError]:
        """Find the first error only, beyond what pruning has left."""
        try:
            self._compiled.validate(value)
        except jsonschema_rs.ValidationError as error:
            return [error]
        return []  # pragma: no cover - only what does not match comes here

    @staticmethod
    def _violation(error: jsonschema_rs.ValidationError, where: str, start: tuple[str | int, ...]) -> Violation:
        path = (*start, *error.instance_path)
        if error.kind.name == "required":
            path = (*path, error.kind.as_dict()["property"])
        return Violation(where, path, error.kind.name, error.instance, _message(error))

    def _rank(self, path: tuple[str | int, ...]) -> list[int]:
        """Turn a path into positions: an index is its own, a member's is its place among the schema's properties."""
        rank: list[int] = []
        schema: Any = self._root
        for step in path:
            schema = self._resolve(schema)
            if isinstance(step, int):
                rank.append(step)
                schema = schema.get("items", {})
                continue
            properties = schema.get("properties", {})
            rank.append(list(properties).index(step) if step in properties else len(properties))
            schema = properties.get(step, {})
        return rank

    def _resolve(self, schema: Any) -> Any:
        for _ in range(50):  # a chain that is longer goes in a circle
            if "$ref" in schema:
                schema = follow(self._root, schema["$ref"])
            elif len(schema.get("allOf", ())) == 1 and "properties" not in schema:
                schema = schema["allOf"][0]
            else:
                break
        return schema


def _message(error: jsonschema_rs.ValidationError) -> str:
    """Say what is wrong; of an enumeration all there is, where the library stops after two."""
    if error.kind.name != "enum":
        return error.message
    *others, last = (json.dumps(each, ensure_ascii=False) for each in error.kind.as_dict()["options"])
    shown = f"{', '.join(others)} or {last}" if others else last
    return f"{error.message.rpartition(ONE_OF)[0]}{ONE_OF}{shown}"


def follow(root: Any, reference: str) -> Any:
    """Follow a reference inside a document (`#/components/…`).

    Raises:
        DocumentError: it leads nowhere, or outside.
    """
    if not reference.startswith("#/"):
        raise DocumentError(f"$ref {reference!r}: only references inside the document are supported")
    node = root
    for step in reference[2:].split("/"):
        try:
            node = node[unescape(step)]
        except (KeyError, TypeError):
            raise DocumentError(f"$ref {reference!r} leads nowhere") from None
    return node
