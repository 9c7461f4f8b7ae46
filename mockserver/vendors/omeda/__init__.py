"""Omeda: the email opt-out queue.

A submission opts addresses out of deployment types, at the level of a client, of brands or of deployment types; all of
it is done or nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from mockserver.consent import Body, Consent, Stamp
from mockserver.errors import (
    ApiError,
    BadRequest,
    Forbidden,
    HeadersTooLarge,
    InternalError,
    Invalid,
    MethodNotAllowed,
    Missing,
    NoRoute,
    NotFound,
    PayloadTooLarge,
    RequestTimeout,
    Unauthorized,
    Unreadable,
    UnsupportedCoding,
    UnsupportedMediaType,
    Violation,
)
from mockserver.store import Transaction
from mockserver.vendors import Vendor
from mockserver.vendors.omeda.reach import BRAND, CLIENT, TYPE, OptOut, Reach
from mockserver.vendors.omeda.records import STATES, Account, Brand, DeploymentType, Filter, FilterStatus

MEMBERS: Mapping[str, frozenset[str]] = {
    CLIENT: frozenset({"EmailAddress", "Source"}),
    BRAND: frozenset({"EmailAddress", "BrandId", "Source"}),
    TYPE: frozenset({"EmailAddress", "DeploymentTypeId", "Source", "PromoCode"}),
}
SUCCESS = "Your submission was successful"
SUMMARY = "There were errors with your submission.  None of the OptOuts submitted in your request were created."
NOT_AN_OBJECT = "The request body is not a valid JSON object."
WORDING: Mapping[type[ApiError], str] = {
    UnsupportedMediaType: "The content type {media_type} is not supported.",
    UnsupportedCoding: "The content encoding {coding} is not supported.",
    Unreadable: NOT_AN_OBJECT,
    Missing: NOT_AN_OBJECT,
    Unauthorized: "The x-omeda-appid submitted is missing or not valid.",
    NoRoute: "The resource requested was not found.",
    MethodNotAllowed: "The HTTP method {method} is not allowed for this resource.",
    RequestTimeout: "The request was not received in time.",
    PayloadTooLarge: "The request body is too large.",
    HeadersTooLarge: "The request headers are too large.",
    InternalError: "The request could not be processed.",
}


def _store(tx: Transaction, new: OptOut, stamp: Stamp) -> None:
    """Store an opt-out; a repeat refreshes source and date, but changes no consent."""
    old = tx.get(Filter, (new.email.casefold(), new.deployment_type_id))
    tx.put(
        Filter(
            new.email,
            new.deployment_type_id,
            FilterStatus.OUT,
            new.source,
            created_date=old.created_date if old else stamp.since,
            changed_date=stamp.since,
            promo_code=new.promo_code,
            stamp=old.stamp if old and old.status is FilterStatus.OUT else stamp,
        )
    )


class Omeda(Vendor):
    """Omeda's queue APIs."""

    name = "omeda"
    account = Account
    records: ClassVar = (Brand, DeploymentType, Filter)
    statuses: ClassVar = {401: 403, 415: 400}

    def opt_out(self, client_abbreviation: str, body: dict[str, Any], account: Account) -> Body:
        """Opt addresses out of deployment types, all of them or none.

        Returns:
            {"SubmissionId": GUID, "Success": str}

        Raises:
            NotFound: no client has the abbreviation. Forbidden: it is not the appid's.
            BadRequest: an id is not the appid's; one line each.

        Source:
            Email Optout Queue, last updated on November 30, 2018.
        """
        self._remark(body)
        brands = self.store.all(Brand)
        self._check_client(client_abbreviation, account, brands)
        reach = Reach((each for each in brands if each.client == account.client), self.store.all(DeploymentType))
        if lines := reach.refusals(body):
            raise BadRequest(*lines, clauses=("OMEDA-52", "OMEDA-55", "OMEDA-57"))
        opt_outs, stamp = reach.opt_outs(body), self.stamp()
        with self.store.transaction() as tx:
            for each in opt_outs:
                _store(tx, each, stamp)
        return {"SubmissionId": self.ids.uuid(), "Success": SUCCESS}

    def consents(self) -> Iterator[Consent]:
        """One standing an address and deployment type."""
        for each in self.store.all(Filter):
            yield Consent(each.email, str(each.deployment_type_id), STATES[each.status], each.stamp)

    def render_error(self, error: ApiError) -> Body:
        """List the lines, and the summary last."""
        return {
            "Submission": self.ids.uuid(),
            "Errors": [{"Error": line} for line in (*self._lines(error), SUMMARY)],
        }

    def _remark(self, body: Mapping[str, Any]) -> None:
        """Note what is let pass: unknown members, and a body that opts nobody out; `--strict` refuses both."""
        unknown = [name for name in body if name not in MEMBERS]
        for level, members in MEMBERS.items():
            unknown += [name for element in body.get(level, ()) for name in element if name not in members]
        lines = [f"'{name}' is not valid." for name in unknown]
        if not body.keys() & MEMBERS.keys():
            lines.append(f"'{CLIENT}', '{BRAND}' or '{TYPE}' is a required field.")
        if lines and self.strict:
            raise BadRequest(*lines, clauses=("OMEDA-A08",))
        for line in lines:
            self.note("OMEDA-A08", f"ignored: {line}")

    def _check_client(self, client: str, account: Account, brands: Iterable[Brand]) -> None:
        if client == account.client:
            return
        known = {each.client for each in brands} | {each.client for each in self.store.all(Account)}
        if client in known:
            raise Forbidden(
                f"The x-omeda-appid submitted is not authorized for client {client}.", clauses=("OMEDA-A03",)
            )
        raise NotFound(f"Client {client} was not found.", clauses=("OMEDA-A03",))

    def _lines(self, error: ApiError) -> Iterable[str]:
        if isinstance(error, Invalid):
            return {each.path: self._line(each) for each in error.violations}.values()
        if type(error) in WORDING:
            return [WORDING[type(error)].format(**error.facts)]
        return error.details

    @staticmethod
    def _line(violation: Violation) -> str:
        if not violation.path:
            return NOT_AN_OBJECT
        if violation.keyword == "required":
            return f"'{violation.name}' is a required field."
        if violation.name == "EmailAddress" and isinstance(violation.value, str):
            return f"EmailAddress is not valid {violation.value}"
        return f"'{violation.name}' is not valid."
