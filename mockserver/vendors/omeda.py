"""Omeda: the email opt-out queue.

A submission opts addresses out of deployment types, at the level of a client, of brands or of deployment types; all of
it is done or nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any, ClassVar, NamedTuple

from mockserver.consent import Body, Consent, ConsentState, Stamp
from mockserver.errors import (
    ApiError,
    BadRequest,
    Forbidden,
    HeadersTooLarge,
    InternalError,
    Invalid,
    MethodNotAllowed,
    NoRoute,
    NotFound,
    PayloadTooLarge,
    RequestTimeout,
    Unauthorized,
    Unreadable,
    UnsupportedMediaType,
    Violation,
)
from mockserver.store import Transaction
from mockserver.vendors import Account as BaseAccount
from mockserver.vendors import Stamped, Vendor

CLIENT, BRAND, TYPE = "ClientOptOut", "BrandOptOut", "DeploymentTypeOptOut"
MEMBERS: Mapping[str, frozenset[str]] = {
    CLIENT: frozenset({"EmailAddress", "Source"}),
    BRAND: frozenset({"EmailAddress", "BrandId", "Source"}),
    TYPE: frozenset({"EmailAddress", "DeploymentTypeId", "Source", "PromoCode"}),
}
DEFAULT_SOURCE = "Optout API 2"
SUCCESS = "Your submission was successful"
SUMMARY = "There were errors with your submission.  None of the OptOuts submitted in your request were created."
NO_BRANDS = "There are currently no valid brands associated for the client submitted."
NOT_AUTHORIZED = (
    "{level} submission ({id}): the {member} is not authorized for OptOuts for the AppId submitted. "
    "Email address {email} was not opted out."
)
NOT_AN_OBJECT = "The request body is not a valid JSON object."
WORDING: Mapping[type[ApiError], str] = {
    UnsupportedMediaType: "The content type {media_type} is not supported.",
    Unreadable: NOT_AN_OBJECT,
    Unauthorized: "The x-omeda-appid submitted is missing or not valid.",
    NoRoute: "The resource requested was not found.",
    MethodNotAllowed: "The HTTP method {method} is not allowed for this resource.",
    RequestTimeout: "The request was not received in time.",
    PayloadTooLarge: "The request body is too large.",
    HeadersTooLarge: "The request headers are too large.",
    InternalError: "The request could not be processed.",
}


class StatusCode(IntEnum):
    """Whether a deployment type is in use."""

    INACTIVE = 0
    ACTIVE = 1


class FilterStatus(StrEnum):
    """What a filter says about an address."""

    IN = "IN"
    OUT = "OUT"


STATES: Mapping[FilterStatus, ConsentState] = {
    FilterStatus.IN: ConsentState.OPTED_IN,
    FilterStatus.OUT: ConsentState.OPTED_OUT,
}


@dataclass(frozen=True)
class Account(BaseAccount):
    """An appid, issued to one client."""

    client: str


@dataclass(frozen=True)
class Brand:
    """A brand of a client; `client` is None for one that no appid here reaches."""

    brand_id: str
    client: str | None = None
    name: str | None = None

    @property
    def key(self) -> str:
        """The abbreviation, in exact letter case."""
        return self.brand_id


@dataclass(frozen=True)
class DeploymentType:
    """A kind of email of one brand."""

    deployment_type_id: int
    brand_id: str
    name: str | None = None
    status_code: StatusCode = StatusCode.ACTIVE

    @property
    def key(self) -> int:
        """The id, unique across brands."""
        return self.deployment_type_id


@dataclass(frozen=True)
class Filter(Stamped):
    """An address's standing with one deployment type; `email` is the address as last submitted."""

    email: str
    deployment_type_id: int
    status: FilterStatus
    source: str
    created_date: datetime
    changed_date: datetime
    promo_code: str | None = None

    @property
    def key(self) -> tuple[str, int]:
        """Address in any letter case, deployment type."""
        return self.email.casefold(), self.deployment_type_id


class OptOut(NamedTuple):
    """One address to opt out of one deployment type."""

    email: str
    deployment_type_id: int
    source: str
    promo_code: str | None


class Reach:
    """The brands and deployment types that an appid may opt people out of. Ids are compared as text."""

    def __init__(self, brands: Iterable[Brand], types: Iterable[DeploymentType]) -> None:
        """Sort the types by brand."""
        self.types: dict[str, list[DeploymentType]] = {brand.brand_id: [] for brand in brands}
        for each in types:
            if each.brand_id in self.types:
                self.types[each.brand_id].append(each)
        self.by_id = {str(each.deployment_type_id): each for found in self.types.values() for each in found}

    def refusals(self, body: Mapping[str, Any]) -> list[str]:
        """Word what the appid may not do: the client's line once, then a line an id, as submitted."""
        lines = [NO_BRANDS] if body.get(CLIENT) and not self.types else []
        for level, member, known in ((BRAND, "BrandId", self.types), (TYPE, "DeploymentTypeId", self.by_id)):
            for element in body.get(level, ()):
                lines += [
                    NOT_AUTHORIZED.format(level=level, id=each, member=member, email=element["EmailAddress"])
                    for each in as_list(element[member])
                    if str(each) not in known
                ]
        return lines

    def opt_outs(self, body: Mapping[str, Any]) -> Iterator[OptOut]:
        """Resolve the levels to active deployment types, client before brand before type."""
        for element in body.get(CLIENT, ()):
            yield from self._active(element, self.by_id.values())
        for element in body.get(BRAND, ()):
            for brand_id in as_list(element["BrandId"]):
                yield from self._active(element, self.types[str(brand_id)])
        for element in body.get(TYPE, ()):
            yield from self._active(element, [self.by_id[str(each)] for each in as_list(element["DeploymentTypeId"])])

    @staticmethod
    def _active(element: Mapping[str, Any], types: Iterable[DeploymentType]) -> Iterator[OptOut]:
        email, source = element["EmailAddress"], element.get("Source", DEFAULT_SOURCE)
        for each in types:
            if each.status_code is StatusCode.ACTIVE:
                yield OptOut(email, each.deployment_type_id, source, element.get("PromoCode"))


def as_list(value: Any) -> list[Any]:
    """Take one id or an array of them."""
    return value if isinstance(value, list) else [value]


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
        with self.store.transaction() as tx:
            brands = self.store.all(Brand)
            self._check_client(client_abbreviation, account, brands)
            reach = Reach((each for each in brands if each.client == account.client), self.store.all(DeploymentType))
            if lines := reach.refusals(body):
                raise BadRequest(*lines, clauses=("OMEDA-52", "OMEDA-55", "OMEDA-57"))
            stamp = self.stamp()
            for each in reach.opt_outs(body):
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
