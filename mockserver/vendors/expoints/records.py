"""What Expoints keeps: tokens with their limits, columns, and the opt-out list."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mockserver.vendors import Account as BaseAccount
from mockserver.vendors import Stamped


@dataclass(frozen=True)
class Account(BaseAccount):
    """A token. `right` False is a 403, `requests_per_minute` leads to 429, `maintenance` to 503."""

    right: bool = True
    expires: datetime | None = None
    requests_per_minute: int | None = None
    maintenance: bool = False


@dataclass(frozen=True)
class Usage:
    """How often a limited account called in the minute that began then."""

    account: str
    began: datetime
    count: int

    @property
    def key(self) -> str:
        """The account's name."""
        return self.account


@dataclass(frozen=True)
class Settings:
    """How long the body of a request may take to arrive."""

    body_timeout_s: float = 60.0

    @property
    def key(self) -> str:
        """There is one row."""
        return "settings"


@dataclass(frozen=True)
class Column:
    """A column of customer data."""

    column_id: int
    name: str
    display_name: str
    required: bool = False
    archived: bool = False

    @property
    def key(self) -> int:
        """The id."""
        return self.column_id


@dataclass(frozen=True)
class Datum:
    """What an opted-out customer has in a column."""

    customer_data_column_id: int
    name: str
    value: str
    is_encrypted: bool = False


@dataclass(frozen=True)
class OptOut(Stamped):
    """Somebody who has opted out, known by address, by data, or by both."""

    opt_out_date: datetime
    email: str | None = None
    data: tuple[Datum, ...] = ()
    is_test: bool = False

    @property
    def key(self) -> tuple[str | None, tuple[Datum, ...]]:
        """Address in any letter case, data."""
        return self.email.casefold() if self.email is not None else None, self.data


class Index:
    """The opt-outs by what they hold in a column, so that a customer costs their columns, not the list."""

    def __init__(self, opt_outs: Iterable[OptOut]) -> None:
        """Sort them in, by the id of each column and by its name."""
        self._found: dict[tuple[int | str | None, str | None, bool], set[int]] = {}
        for number, each in enumerate(opt_outs):
            for datum in each.data:
                for column in (datum.customer_data_column_id, datum.name):
                    self._found.setdefault((column, datum.value, datum.is_encrypted), set()).add(number)

    def has(self, asked: Iterable[Mapping[str, Any]]) -> bool:
        """Tell whether one opt-out has all columns asked for.

        A column is found by its id, or if that is 0 by its name; then value and encryption must be equal.
        """
        found = (
            self._found.get((each["CustomerDataColumnId"] or each["Name"], each["Value"], each["IsEncrypted"]), set())
            for each in asked
        )
        return bool(set.intersection(*found))
