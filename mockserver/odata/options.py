"""The system query options: which there are, and how each is read."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo

from mockserver.odata import wording
from mockserver.odata.binding import Scope, bind
from mockserver.odata.expression import Expression
from mockserver.odata.literals import INT32
from mockserver.odata.model import EntityType, Primitive
from mockserver.odata.parser import Parser
from mockserver.odata.query import OrderKey, Query

NAMES = ("$filter", "$orderby", "$top", "$skip", "$count", "$select", "$format")
WHOLE = re.compile(r"[0-9]{1,10}")


def parse(
    pairs: Sequence[tuple[str, str]],
    entity: EntityType,
    *,
    clock: Callable[[], datetime],
    zone: tzinfo,
    any_case: bool = False,
) -> Query:
    """Read a query string's pairs, decoded, into a query.

    Args:
        pairs: all of them; names that do not begin with `$` are ignored.
        entity: what the query is about.
        clock: says what `now()` is; asked once at most.
        zone: the offset in which the service shows date-times, and begins its days.
        any_case: takes names of options, properties, operators and functions in any letter case.

    Raises:
        QueryError: an option is unknown, repeated or cannot be read.
    """
    given = _given(pairs, any_case=any_case)
    scope = Scope(entity, clock, zone, any_case)
    condition = _filter(given["$filter"], scope) if "$filter" in given else None
    used = tuple(scope.used)
    order = _order(given["$orderby"], scope) if "$orderby" in given else ()
    if "$format" in given:
        _json(given["$format"], any_case=any_case)
    return Query(
        entity,
        frozenset(given),
        condition,
        order,
        top=_whole("$top", given["$top"]) if "$top" in given else None,
        skip=_whole("$skip", given.get("$skip", "0")),
        count=_truth(given.get("$count", "false")),
        select=_names(given["$select"], scope) if "$select" in given else None,
        properties_used=used,
    )


def _given(pairs: Sequence[tuple[str, str]], *, any_case: bool) -> dict[str, str]:
    found: dict[str, str] = {}
    for sent, value in pairs:
        if not sent.startswith("$"):
            continue
        name = sent.lower() if any_case else sent
        if name not in NAMES:
            raise wording.unsupported_option(sent)
        if name in found:
            raise wording.repeated_option(name)
        found[name] = value
    for name, value in found.items():
        if not value.strip():
            raise wording.empty_option(name)
    return found


def _filter(text: str, scope: Scope) -> Expression:
    found = bind(Parser(text, any_case=scope.any_case).condition(), scope)
    if found.type not in {Primitive.BOOLEAN, None}:
        raise wording.not_boolean()
    return found


def _order(text: str, scope: Scope) -> tuple[OrderKey, ...]:
    keys = Parser(text, any_case=scope.any_case).keys()
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
        known = scope.entity.find(name, any_case=scope.any_case)
        if known is None:
            raise wording.unknown_property(name, scope.entity.full_name)
        found[known.name] = None
    return tuple(found)


def _json(text: str, *, any_case: bool) -> None:
    if (text.lower() if any_case else text) != "json":
        raise wording.bad_format(text)
