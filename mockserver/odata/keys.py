"""The key in an address: `Set(1)` or `Set(Id=1)`."""

import re
from typing import Any
from urllib.parse import quote

from mockserver.odata import wording
from mockserver.odata.literals import Literal
from mockserver.odata.model import NUMBERS, EntityType, Primitive
from mockserver.odata.parser import Parser
from mockserver.odata.wording import QueryError

NAMED = re.compile(r"([^\W\d]\w*)=(.*)", re.DOTALL)


def read_key(text: str, entity: EntityType, *, any_case: bool = False) -> Any:
    """Read what stands between the parentheses, decoded, as a value of the key's type.

    Raises:
        QueryError: it is none.
    """
    key = entity.properties[entity.key]
    named = NAMED.fullmatch(text)
    value = text
    if named:
        if entity.find(named[1], any_case=any_case) != key:
            raise wording.bad_key(text, entity.name, key.name, key.type)
        value = named[2]
    try:
        node = Parser(value, any_case=any_case).condition()
    except QueryError:
        node = None
    if not isinstance(node, Literal) or not _fits(node.type, key.type):
        raise wording.bad_key(text, entity.name, key.name, key.type)
    return node.value


def write_key(value: Any) -> str:
    """Write a key's value as it stands in an address, between the parentheses."""
    return quote("'" + value.replace("'", "''") + "'", safe="") if isinstance(value, str) else str(value)


def _fits(kind: Primitive | None, wanted: Primitive) -> bool:
    """Say whether a literal of one type is a value of another: a number of a wider one, and any of its own."""
    if kind in NUMBERS and wanted in NUMBERS:
        return NUMBERS.index(kind) <= NUMBERS.index(wanted)
    return kind is wanted
