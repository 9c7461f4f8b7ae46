"""Expoints: whether customers have opted out, by address or by data.

`Settings` has the vendor's one switch: `body_timeout_s`, how long the body of a request may take to arrive.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

from mockserver.consent import Body, Consent, ConsentState
from mockserver.errors import (
    ApiError,
    Forbidden,
    HeadersTooLarge,
    InternalError,
    Invalid,
    MethodNotAllowed,
    NoRoute,
    PayloadTooLarge,
    RequestTimeout,
    TooManyRequests,
    Unauthorized,
    Unavailable,
    Unreadable,
    UnsupportedMediaType,
    Violation,
)
from mockserver.vendors import Account as BaseAccount
from mockserver.vendors import Stamped, Vendor

RETRY_AFTER_S = 60
INVALID = "The request is invalid."
CONVERSION = "An error has occurred."
WORDING: Mapping[type[ApiError], str] = {
    Unauthorized: "Authorization has been denied for this request.",
    Forbidden: "Server refuses to authorize the request.",
    NoRoute: "No HTTP resource was found that matches the request URI '{url}'.",
    MethodNotAllowed: "The requested resource does not support http method '{method}'.",
    RequestTimeout: "The server timed out waiting for the request.",
    PayloadTooLarge: "Maximum request length exceeded.",
    TooManyRequests: "Too many requests in a given amount of time.",
    HeadersTooLarge: "Request header fields too large.",
    InternalError: "An error has occurred.",
    Unavailable: "The server is unable to proces the request at the moment, try again later.",
}
UNSUPPORTED = "The request entity's media type '{}' is not supported for this resource."
NO_CONTENT_TYPE = (
    "The request contains an entity body but no Content-Type header. "
    "The inferred media type 'application/octet-stream' is not supported for this resource."
)


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

    def matches(self, asked: Mapping[str, Any]) -> bool:
        """Tell whether a column asked for is this: by id, or if that is 0 by name; then by value and encryption."""
        if asked["CustomerDataColumnId"] != 0:
            same = asked["CustomerDataColumnId"] == self.customer_data_column_id
        else:
            same = asked["Name"] == self.name
        return same and asked["Value"] == self.value and asked["IsEncrypted"] is self.is_encrypted


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

    def has_all(self, asked: list[Mapping[str, Any]]) -> bool:
        """Tell whether all columns asked for are among its data."""
        return all(any(datum.matches(each) for datum in self.data) for each in asked)


class Expoints(Vendor):
    """Expoints' customer API, version 3."""

    name = "expoints"
    account = Account
    records: ClassVar = (Settings, Column, OptOut, Usage)

    @property
    def body_timeout_s(self) -> float:
        """As the settings have it."""
        return (self.store.get(Settings, "settings") or Settings()).body_timeout_s

    def authorise(self, account: Account) -> None:
        """Refuse an expired token, one without the right, one over its limit, and one whose service is down."""
        if account.expires is not None and account.expires <= self.clock.now():
            raise Unauthorized
        if not account.right:
            raise Forbidden
        if account.maintenance:
            raise Unavailable(retry_after_s=str(RETRY_AFTER_S))
        if account.requests_per_minute is not None:
            self._count(account, account.requests_per_minute)

    def check_opt_outs(self, body: Mapping[str, Any]) -> Body:
        """Tell of each customer whether the opt-out list has them, by address or by all of their data.

        Returns:
            [{"OptOut": bool, "Email": str | None, "CustomerDataColumns": [column as read] | None}], one a customer

        Raises:
            Invalid: with `--strict`, a customer has neither address nor data.

        Source:
            POST customer/checkoptouts, version 3.
        """
        customers = body["Customers"]
        self._look_over(customers)
        opt_outs = self.store.all(OptOut)
        addresses = {each.email.casefold() for each in opt_outs if each.email is not None}
        return [
            {
                "OptOut": (each["Email"] or "").casefold() in addresses or _has_data(each, opt_outs),
                "Email": each["Email"],
                "CustomerDataColumns": each["CustomerDataColumns"],
            }
            for each in customers
        ]

    def consents(self) -> Iterator[Consent]:
        """One standing an opt-out; who is known by data only has it under the columns' names."""
        for each in self.store.all(OptOut):
            data = {datum.name: datum.value for datum in each.data} if each.email is None else None
            yield Consent(each.email, None, ConsentState.OPTED_OUT, each.stamp, data)

    def render_error(self, error: ApiError) -> Body:
        """Write a message, and for an invalid body the places with theirs."""
        if isinstance(error, Invalid):
            return _model_state(error.violations)
        if isinstance(error, Unreadable):
            return {"Message": INVALID, "ModelState": {"request": [CONVERSION]}}
        if isinstance(error, UnsupportedMediaType):
            sent = error.facts["media_type"].partition(";")[0].strip()
            return {"Message": UNSUPPORTED.format(sent) if sent else NO_CONTENT_TYPE}
        return {"Message": WORDING.get(type(error), CONVERSION).format(**error.facts)}

    def _count(self, account: Account, limit: int) -> None:
        """Count a call of a limited account; a minute begins with its first call."""
        now = self.clock.now()
        with self.store.transaction() as tx:
            used = tx.get(Usage, account.name)
            if used is None or now - used.began >= timedelta(minutes=1):
                used = Usage(account.name, now, 0)
            if used.count >= limit:
                raise TooManyRequests(retry_after_s=str(RETRY_AFTER_S))
            tx.put(replace(used, count=used.count + 1))

    def _look_over(self, customers: list[Mapping[str, Any]]) -> None:
        """Note what cannot be meant; `--strict` refuses a customer whom nothing is known of."""
        empty = [
            number for number, each in enumerate(customers) if not each["Email"] and not each["CustomerDataColumns"]
        ]
        if empty and self.strict:
            raise Invalid(*(Violation("body", ("Customers", each), "required", None, "is nobody") for each in empty))
        for number in empty:
            self.note("EXPOINTS-C05", f"Customers[{number}] has neither Email nor CustomerDataColumns")
        for number, each in enumerate(customers):
            for column in each["CustomerDataColumns"] or ():
                if column["IsEncrypted"] and not (column["CertificateThumbprint"] and column["EncryptionKey"]):
                    self.note("EXPOINTS-C13", f"Customers[{number}] has an encrypted column without thumbprint or key")


def _has_data(customer: Mapping[str, Any], opt_outs: Any) -> bool:
    asked = customer["CustomerDataColumns"]
    return bool(asked) and any(each.has_all(asked) for each in opt_outs)


def _model_state(violations: tuple[Violation, ...]) -> Body:
    """Name the places as the framework does; a body that is nothing has none."""
    state: dict[str, list[str]] = {}
    for each in violations:
        if each.path:
            place = "request" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in each.path)
            required = each.path[-1] == "Customers" and each.value is None
            state.setdefault(place, []).append(f"The {each.name} field is required." if required else CONVERSION)
    return {"Message": INVALID, "ModelState": state} if state else {"Message": INVALID}
