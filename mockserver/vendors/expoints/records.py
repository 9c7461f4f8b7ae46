"""What Expoints keeps: tokens with their limits, columns, and the opt-out list."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

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
    certificate_thumbprint: str | None = None
    encryption_key: str | None = None


def _addresses(opt_out: "OptOut") -> Iterator[str]:
    """Give the address in any letter case, if there is one."""
    if opt_out.email:
        yield opt_out.email.casefold()


def _data(opt_out: "OptOut") -> Iterator[tuple[int | str, str, bool]]:
    """Give what an opt-out has in each column, by the column's id and by its name."""
    for each in opt_out.data:
        for column in (each.customer_data_column_id, each.name):
            yield column, each.value, each.is_encrypted


@dataclass(frozen=True)
class OptOut(Stamped):
    """Somebody who has opted out, known by address, by data, or by both."""

    opt_out_date: datetime
    email: str | None = None
    data: tuple[Datum, ...] = ()
    is_test: bool = False
    transaction_date: datetime | None = None
    survey_closed_date: datetime | None = None
    language: str | None = None
    is_contact_requested: bool = False
    is_concept: bool = False
    indexes: ClassVar = {"email": _addresses, "datum": _data}

    @property
    def key(self) -> tuple[str | None, tuple[Datum, ...]]:
        """Address in any letter case, data."""
        return self.email.casefold() if self.email is not None else None, self.data

    @property
    def who(self) -> str:
        """Who it is, in a word that tells nobody: the order of those who opted out at the same moment."""
        return hashlib.sha256(repr(self.key).encode("utf-8", "surrogatepass")).hexdigest()[:32]
