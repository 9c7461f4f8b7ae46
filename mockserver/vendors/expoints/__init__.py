"""Expoints: whether customers have opted out, by address or by data; the list of who has, and how to end it.

`Settings` has the vendor's one switch: `body_timeout_s`, how long the body of a request may take to arrive.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar

from mockserver.consent import Body, Consent, ConsentState
from mockserver.errors import (
    ApiError,
    BadControlRequest,
    BadRequest,
    Conflicting,
    Forbidden,
    Invalid,
    TooManyRequests,
    Unauthorized,
    Unavailable,
    Violation,
)
from mockserver.vendors import Vendor
from mockserver.vendors.events import ADDRESS, event
from mockserver.vendors.expoints.listing import MOST, Asked, read_filters, span
from mockserver.vendors.expoints.records import Account, Column, Datum, OptOut, Settings, Usage
from mockserver.vendors.expoints.render import render_column, render_opt_out
from mockserver.vendors.expoints.wording import failure

RETRY_AFTER_S = 60
WINDOW = timedelta(minutes=1)
VALUES = {
    "type": "object",
    "minProperties": 1,
    "additionalProperties": {"type": "string"},
    "description": "What the customer is known by: values by the names of columns.",
}
Customer = Mapping[str, Any]


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
                "OptOut": bool(self._by_address(each["Email"]) or self._by_data(each["CustomerDataColumns"])),
                "Email": each["Email"],
                "CustomerDataColumns": each["CustomerDataColumns"],
            }
            for each in customers
        ]

    def list_opt_outs(  # noqa: PLR0913, PLR0917 - the parameters are the document's
        self,
        transaction_date_filter_from: str | None,
        transaction_date_filter_to: str | None,
        opt_out_date_filter_from: str | None,
        opt_out_date_filter_to: str | None,
        include_test_records: bool | None,  # noqa: FBT001 - as above
        data_filters: list[Mapping[str, Any]] | None,
        cursor: str | None,
        limit: int | None,
    ) -> Body:
        """List who has opted out, a page at a time, oldest first.

        Returns:
            {"OptOuts": [{"OptOutDate", "Email", …, "Data": [column]}], "NextCursor": str | None}

        Raises:
            Invalid: a filter or the cursor cannot be read.

        Source:
            GET customer/getoptouts, version 3.
        """
        transacted = span("TransactionDateFilter", transaction_date_filter_from, transaction_date_filter_to)
        opted_out = span("OptOutDateFilter", opt_out_date_filter_from, opt_out_date_filter_to)
        asked = Asked(transacted, opted_out, read_filters(data_filters), bool(include_test_records))
        shown, following = asked.page(self.store.all(OptOut), cursor, min(limit or MOST, MOST))
        return {"OptOuts": [render_opt_out(each) for each in shown], "NextCursor": following}

    def delete_opt_out(self, body: Mapping[str, Any]) -> None:
        """End the opt-outs of an address, of data, or of both at once; where there are none that is a success, too.

        Raises:
            BadRequest: nobody is named; with `--strict`, there are none.

        Source:
            DELETE customer/deleteoptout, version 3.
        """
        email, data = body["Email"], body["Data"]
        if not email and not data:
            raise BadRequest(clauses=("EXPOINTS-C47",))
        self._look_over_data("Data", data)
        found = self._by_address(email) if email else self._by_data(data)
        if email and data:
            having = {each.key for each in self._by_data(data)}
            found = [each for each in found if each.key in having]
        if not found and self.strict:
            raise BadRequest(clauses=("EXPOINTS-C16",))
        if not found:
            self.note("EXPOINTS-C16", "there is no such opt-out to delete")
        with self.store.transaction() as tx:
            for each in found:
                tx.delete(OptOut, each.key)

    def list_columns(
        self,
        required: bool | None,  # noqa: FBT001 - the document's
        archived: bool | None,  # noqa: FBT001 - the document's
        customer_data_column_ids: list[int] | None,
    ) -> Body:
        """List the columns of customer data.

        Returns:
            {"CustomerDataColumns": [{"Id", "Required", "Archived", "Name", "DisplayName"}]}

        Source:
            GET customerdatacolumn, version 3.
        """
        return {
            "CustomerDataColumns": [
                render_column(each)
                for each in self.store.all(Column)
                if required in {None, each.required}
                and archived in {None, each.archived}
                and (customer_data_column_ids is None or each.column_id in customer_data_column_ids)
            ]
        }

    @event(email=ADDRESS, data=VALUES)
    def opt_out(self, email: str | None = None, data: Mapping[str, str] | None = None) -> list[Consent]:
        """Let a customer opt out in the mail of an invitation: one known by an address, by data, or by both."""
        if email is None and data is None:
            says = "nobody is named: give email, data or both"
            raise BadControlRequest(says, (("", says),))
        columns = {each.name: each for each in self.store.all(Column)}
        for name in data or {}:
            if name not in columns:
                raise Conflicting(f"there is no column {name!r}; columns are {', '.join(columns)}")
        known = [Datum(columns[name].column_id, name, value) for name, value in (data or {}).items()]
        known.sort(key=lambda each: each.customer_data_column_id)
        new = OptOut(self.clock.now(), email, tuple(known), stamp=self.stamp())
        with self.store.transaction() as tx:
            before = self._by_address(email)  # who has opted out has not changed state by doing so again
            kept = replace(new, stamp=before[0].stamp) if before else new
            return [_consent(tx.get(OptOut, new.key) or tx.put(kept))]

    def consents(self) -> Iterator[Consent]:
        """One standing a person, since the first opt-out; who is known by data only has it under the columns' names."""
        people: dict[Hashable, OptOut] = {}
        for each in self.store.all(OptOut):
            people.setdefault(each.data if each.email is None else each.email.casefold(), each)
        return map(_consent, people.values())

    def render_error(self, error: ApiError) -> Body:
        """Write a message, and the places of what is invalid."""
        return failure(error)

    def _by_address(self, email: str | None) -> Sequence[OptOut]:
        return self.store.find(OptOut, "email", email.casefold()) if email else ()

    def _by_data(self, columns: list[Mapping[str, Any]] | None) -> Sequence[OptOut]:
        """Find the opt-outs that have all columns asked for.

        A column is found by its id, or if that is 0 by its name; then value and encryption must be equal.
        """
        data = (
            (each["CustomerDataColumnId"] or each["Name"], each["Value"], each["IsEncrypted"]) for each in columns or ()
        )
        return self.store.find(OptOut, "datum", *data)

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

    def _look_over(self, customers: list[Customer]) -> None:
        """Note what cannot be meant; `--strict` refuses a customer whom nothing is known of."""
        empty = [
            number for number, each in enumerate(customers) if not each["Email"] and not each["CustomerDataColumns"]
        ]
        if empty and self.strict:
            raise Invalid(*(Violation("body", ("Customers", each), "required", None, "is nobody") for each in empty))
        for number in empty:
            self.note("EXPOINTS-C05", f"Customers[{number}] has neither Email nor CustomerDataColumns")
        for number, each in enumerate(customers):
            self._look_over_data(f"Customers[{number}]", each["CustomerDataColumns"])

    def _look_over_data(self, place: str, columns: list[Mapping[str, Any]] | None) -> None:
        for each in columns or ():
            if each["IsEncrypted"] and not (each["CertificateThumbprint"] and each["EncryptionKey"]):
                self.note("EXPOINTS-C13", f"{place} has an encrypted column without thumbprint or key")


def _consent(opt_out: OptOut) -> Consent:
    data = {datum.name: datum.value for datum in opt_out.data} if opt_out.email is None else None
    return Consent(opt_out.email, None, ConsentState.OPTED_OUT, opt_out.stamp, data)
