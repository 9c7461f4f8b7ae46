"""The system query options: which there are, and how each is read."""

import re
from collections.abc import Mapping
from dataclasses import replace

from mockserver.odata import wording
from mockserver.odata.binding import Scope, bind
from mockserver.odata.expression import Expression
from mockserver.odata.formats import Metadata, json_level
from mockserver.odata.literals import INT32
from mockserver.odata.model import EntityType, Pairs, Primitive, Reading
from mockserver.odata.parser import Parser
from mockserver.odata.query import OrderKey, Query

OF_COLLECTION = frozenset({"$filter", "$orderby", "$top", "$skip", "$count", "$select", "$format", "$skiptoken"})
OF_COUNT = OF_COLLECTION - {"$format", "$skiptoken"}
OF_ENTITY = frozenset({"$select", "$format"})
OF_SERVICE = frozenset({"$format"})
JSON_FORMATS = "'json', 'application/json', and the latter with ';odata.metadata=' and 'none', 'minimal' or 'full'"
WHOLE = re.compile(r"[0-9]{1,10}")


def parse(
    pairs: Pairs,
    entity: EntityType,
    reading: Reading,
    options: frozenset[str] = OF_COLLECTION,
) -> Query:
    """Read a query string's pairs, decoded, into a query.

    Args:
        pairs: all of them; names that do not begin with `$` are ignored.
        entity: what the query is about.
        reading: how the service reads queries.
        options: those that are taken.

    Raises:
        QueryError: an option is unknown, repeated or cannot be read.
    """
    asked = given(pairs, options, any_case=reading.any_case)
    scope = Scope(entity, reading)
    condition = _filter(asked["$filter"], scope) if "$filter" in asked else None
    used = tuple(scope.used)
    order = _order(asked["$orderby"], scope) if "$orderby" in asked else ()
    query = Query(
        entity,
        asked,
        condition,
        order,
        top=_whole("$top", asked["$top"]) if "$top" in asked else None,
        skip=_whole("$skip", asked.get("$skip", "0")),
        count=_truth(asked.get("$count", "false")),
        select=_names(asked["$select"], scope) if "$select" in asked else None,
        metadata=level(asked, any_case=reading.any_case),
        properties_used=used,
    )
    return replace(query, after=query.tokens.read(asked["$skiptoken"])) if "$skiptoken" in asked else query


def given(pairs: Pairs, known: frozenset[str], *, any_case: bool = False) -> dict[str, str]:
    """Read the system options among a query string's pairs, decoded.

    Raises:
        QueryError: one is not among those known, stands twice or is empty.
    """
    found: dict[str, str] = {}
    for sent, value in pairs:
        if not sent.startswith("$"):
            continue
        name = sent.lower() if any_case else sent
        if name not in known:
            raise wording.unsupported_option(sent)
        if name in found:
            raise wording.repeated_option(name)
        found[name] = value
    for name, value in found.items():
        if not value.strip():
            raise wording.empty_option(name)
    return found


def _filter(text: str, scope: Scope) -> Expression:
    found = bind(Parser(text, any_case=scope.reading.any_case).condition(), scope)
    if found.type not in {Primitive.BOOLEAN, None}:
        raise wording.not_boolean()
    return found


def _order(text: str, scope: Scope) -> tuple[OrderKey, ...]:
    keys = Parser(text, any_case=scope.reading.any_case).keys()
    return tuple(OrderKey(bind(node, scope), descending) for node, descending in keys)


def _whole(name: str, text: str) -> int:
    if not WHOLE.fullmatch(text) or int(text) not in INT32:
        raise wording.bad_number(name, text)
    return int(text)


def _truth(text: str) -> bool:
    if text.lower() not in {"true", "false"}:
        raise wording.bad_count(text)
    return text.lower() == "true"


def _names(text: str, scope: Scope) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for each in text.split(","):
        name = each.strip(" \t")
        if name == "*":
            found[name] = None
            continue
        if not name:
            raise wording.expected("Identifier", len(text), text)
        known = scope.entity.find(name, any_case=scope.reading.any_case)
        if known is None:
            raise wording.unknown_property(name, scope.entity.full_name)
        found[known.name] = None
    return tuple(found)


def level(asked: Mapping[str, str], *, any_case: bool = False) -> Metadata | None:
    """Read the level of metadata that `$format` asks for, None if there is no such option.

    Raises:
        QueryError: it asks for another format than JSON.
    """
    if "$format" not in asked:
        return None
    found = json_level(asked["$format"], any_case=any_case)
    if found is None:
        raise wording.bad_format(asked["$format"], JSON_FORMATS)
    return found
