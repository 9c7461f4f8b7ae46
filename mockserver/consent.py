"""The vocabulary all vendors share: who may be mailed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

Body = Mapping[str, Any] | list[Any]


class ConsentState(StrEnum):
    """What a vendor's record says about mailing somebody."""

    OPTED_IN = "opted_in"
    OPTED_OUT = "opted_out"
    PENDING = "pending"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Stamp:
    """When, and by which request of the journal, a consent came to its present state."""

    since: datetime
    request_id: int | None


@dataclass(frozen=True, slots=True)
class Consent:
    """One person's standing with one audience of one vendor.

    `email` is None and `data` a mapping where the person is known by data only; `audience` is the vendor's own list,
    brand or type, None if it has but one; `stamp` is None for what a fixture brought.
    """

    email: str | None
    audience: str | None
    state: ConsentState
    stamp: Stamp | None = None
    data: Mapping[str, Any] | None = None
