"""Events: what happens to people outside every API (a click, a bounce, a mailing), for a test to make happen.

A vendor's events are methods marked with `event`. The control plane serves their list with the schema of each, holds
what is asked for to it, and calls the method; what the method's sentence says is what users read.
"""

import inspect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from mockserver.consent import Consent
from mockserver.contract.schema import Schema, Validator
from mockserver.errors import DocumentError

MARK = "_event_members"
ADDRESS: Schema = {"type": "string", "minLength": 1, "maxLength": 254, "description": "An e-mail address."}
Handler = Callable[..., Iterable[Consent]]
H = TypeVar("H", bound=Handler)


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a vendor. `schema` is that of the body that asks for it, `event` among its members."""

    name: str
    says: str
    schema: Schema
    validator: Validator


def event(**members: Schema) -> Callable[[H], H]:
    """Mark a vendor's method as an event with these members.

    The method takes each member by name (one with a default may be left out), changes state in a transaction, gives the
    consents it touched, and raises `Conflicting` where the present state does not allow it.
    """

    def mark(method: H) -> H:
        setattr(method, MARK, members)
        return method

    return mark


def events_of(kind: type[Any]) -> Iterator[Event]:
    """List a vendor's events, in the order in which its classes define them.

    Raises:
        DocumentError: a method does not take the members that it is marked with.
    """
    for each in reversed(kind.__mro__):
        for name, method in vars(each).items():
            if hasattr(method, MARK):
                yield _event(name, method, getattr(method, MARK))


def _event(name: str, method: Handler, members: dict[str, Schema]) -> Event:
    _, *parameters = inspect.signature(method).parameters.values()
    taken = [each.name for each in parameters]
    if sorted(members) != sorted(taken):
        raise DocumentError(f"event {name}: it is marked with {', '.join(members)}, but takes {', '.join(taken)}")
    required = [each.name for each in parameters if each.default is inspect.Parameter.empty]
    schema = {
        "type": "object",
        "required": ["event", *required],
        "additionalProperties": False,
        "properties": {"event": {"type": "string", "enum": [name]}, **members},
    }
    says = inspect.cleandoc(method.__doc__ or "").partition("\n")[0]
    return Event(name, says, schema, Validator(schema, {}))
