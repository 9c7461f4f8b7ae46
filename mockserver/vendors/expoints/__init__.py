"""Expoints: whether customers have opted out, by address or by data.

`Settings` has the vendor's one switch: `body_timeout_s`, how long the body of a request may take to arrive.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar

from mockserver.consent import Body, Consent, ConsentState
from mockserver.errors import (
    ApiError,
    Forbidden,
    HeadersTooLarge,
    InternalError,
    Invalid,
    MethodNotAllowed,
    Missing,
    NoRoute,
    PayloadTooLarge,
    RequestTimeout,
    TooManyRequests,
    Unauthorized,
    Unavailable,
    Unreadable,
    UnsupportedCoding,
    UnsupportedMediaType,
    Violation,
)
from mockserver.vendors import Vendor
from mockserver.vendors.expoints.records import Account, Column, OptOut, Settings, Usage

RETRY_AFTER_S = 60
WINDOW = timedelta(minutes=1)
INVALID = "The request is invalid."
CONVERSION = "An error has occurred."
REQUIRED = "The Customers field is required."
WORDING: Mapping[type[ApiError], str] = {
    Unauthorized: "Authorization has been denied for this request.",
    Forbidden: "Server refuses to authorize the request.",
    NoRoute: "No HTTP resource was found that matches the request URI '{url}'.",
    MethodNotAllowed: "The requested resource does not support http method '{method}'.",
    RequestTimeout: "The server timed out waiting for the request.",
    UnsupportedCoding: "The request entity's content encoding '{coding}' is not supported for this resource.",
    PayloadTooLarge: "Maximum request length exceeded.",
    TooManyRequests: "Too many requests in a given amount of time.",
    HeadersTooLarge: "The request header fields are too long.",
    InternalError: "An error has occurred.",
    Unavailable: "The server is unable to proces the request at the moment, try again later.",
}
UNSUPPORTED = "The request entity's media type '{}' is not supported for this resource."
NO_CONTENT_TYPE = (
    "The request contains an entity body but no Content-Type header. "
    "The inferred media type 'application/octet-stream' is not supported for this resource."
)


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
        return [
            {
                "OptOut": self._has_address(each) or self._has_data(each),
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
        """Write a message, and for an invalid body the places with theirs; a body that is not there has none."""
        if isinstance(error, Invalid):
            return _model_state(error.violations)
        if isinstance(error, Missing):
            return {"Message": INVALID}
        if isinstance(error, Unreadable):
            return {"Message": INVALID, "ModelState": {"request": [CONVERSION]}}
        if type(error) is UnsupportedMediaType:
            sent = error.facts["media_type"].partition(";")[0].strip()
            return {"Message": UNSUPPORTED.format(sent) if sent else NO_CONTENT_TYPE}
        return {"Message": WORDING.get(type(error), CONVERSION).format(**error.facts)}

    def _has_address(self, customer: Mapping[str, Any]) -> bool:
        return bool(customer["Email"]) and bool(self.store.find(OptOut, "email", customer["Email"].casefold()))

    def _has_data(self, customer: Mapping[str, Any]) -> bool:
        """Tell whether one opt-out has all columns asked for.

        A column is found by its id, or if that is 0 by its name; then value and encryption must be equal.
        """
        asked = customer["CustomerDataColumns"] or ()
        data = ((each["CustomerDataColumnId"] or each["Name"], each["Value"], each["IsEncrypted"]) for each in asked)
        return bool(self.store.find(OptOut, "datum", *data))

    def _count(self, account: Account, limit: int) -> None:
        """Count a call of a limited account; a minute begins with its first call."""
        now = self.clock.now()
        with self.store.transaction() as tx:
            used = tx.get(Usage, account.name)
            if used is None or now - used.began >= WINDOW:
                used = Usage(account.name, now, 0)
            if used.count >= limit:
                left = used.began + WINDOW - now
                raise TooManyRequests(retry_after_s=str(-(-left // timedelta(seconds=1))))
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


def _model_state(violations: tuple[Violation, ...]) -> Body:
    """Name the places as the framework does; only a `Customers` that is null has a text of its own."""
    state: dict[str, list[str]] = {}
    for each in violations:
        place = "request" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in each.path)
        null = each.path == ("Customers",) and each.value is None and each.keyword != "dropped"
        state.setdefault(place, []).append(REQUIRED if null else CONVERSION)
    return {"Message": INVALID, "ModelState": state}
