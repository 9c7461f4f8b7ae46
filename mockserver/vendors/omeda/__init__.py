"""Omeda: the email opt-out and opt-in queues, and what may be looked up of them.

A submission opts addresses out of deployment types, at the level of a client, of brands or of deployment types, or into
deployment types; all of it is done or nothing. `Settings`: `queue_delay_s`, how long a submission waits until it shows.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from mockserver.consent import Body, Consent
from mockserver.errors import ApiError, BadRequest, Forbidden, NotFound
from mockserver.vendors import Vendor
from mockserver.vendors.omeda.queue import Change, Queue
from mockserver.vendors.omeda.reach import BRAND, CLIENT, OPT_IN, TYPE, Reach
from mockserver.vendors.omeda.records import (
    STATES,
    Account,
    Brand,
    Customer,
    DeploymentType,
    Filter,
    FilterStatus,
    Queued,
    Settings,
)
from mockserver.vendors.omeda.render import render_filter, render_type
from mockserver.vendors.omeda.wording import failure

OPT_OUT_MEMBERS: Mapping[str, frozenset[str]] = {
    CLIENT: frozenset({"EmailAddress", "Source"}),
    BRAND: frozenset({"EmailAddress", "BrandId", "Source"}),
    TYPE: frozenset({"EmailAddress", "DeploymentTypeId", "Source", "PromoCode"}),
}
OPT_IN_MEMBERS: Mapping[str, frozenset[str]] = {
    OPT_IN: frozenset({"EmailAddress", "DeploymentTypeId", "DeleteOptOut", "Source", "PromoCode"})
}
INVALID = "'{}' is not valid."
SUCCESS = "Your submission was successful"
BLOCKED = (
    "ClientOptIn submission: the DeleteOptOut element was not set to delete OptOuts. Email address {email} already has "
    "an OptOut and it was not Opted In for deployment type id {id}."
)


class Omeda(Vendor):
    """Omeda's queue APIs."""

    name = "omeda"
    account = Account
    records: ClassVar = (Settings, Brand, DeploymentType, Customer, Filter, Queued)
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
        self._remark(_dubious(body, OPT_OUT_MEMBERS))
        reach = self._reach(client_abbreviation, account)
        if lines := reach.refusals(body):
            raise BadRequest(*lines, clauses=("OMEDA-52", "OMEDA-55", "OMEDA-57"))
        submission = self.ids.uuid()
        opt_outs = reach.opt_outs(body)
        with self.store.transaction() as tx:
            Queue(self.store).take(tx, submission, opt_outs, self.stamp())
        return {"SubmissionId": submission, "Success": SUCCESS}

    def opt_in(self, client_abbreviation: str, body: dict[str, Any], account: Account) -> Body:
        """Opt addresses into deployment types; where one is opted out, only if it is told to end that.

        Returns:
            {"Messages"?: [{"Message": str}], "Submission": GUID, "Success": str}: one message for each opt-in that an
            opt-out blocks, which is no error.

        Raises:
            NotFound: no client has the abbreviation. Forbidden: it is not the appid's.
            BadRequest: an id is not the appid's; one line each.

        Source:
            Email Optin Queue.
        """
        self._remark(_dubious(body, OPT_IN_MEMBERS))
        reach = self._reach(client_abbreviation, account)
        if lines := reach.refused_opt_ins(body):
            raise BadRequest(*lines, clauses=("OMEDA-79",))
        asked, submission, queue = reach.opt_ins(body), self.ids.uuid(), Queue(self.store)
        with self.store.transaction() as tx:
            taken, blocked = _sorted(asked, queue.coming(change.key for change, _ in asked))
            queue.take(tx, submission, taken, self.stamp())
        messages = [{"Message": BLOCKED.format(email=each.email, id=each.deployment_type_id)} for each in blocked]
        answer: dict[str, Any] = {"Messages": messages} if messages else {}
        return answer | {"Submission": submission, "Success": SUCCESS}

    def look_filters_up(self, brand_abbreviation: str, email_address: str, account: Account) -> Body:
        """Tell what an address is opted into and out of, over all brands of the appid.

        Returns:
            {"Filters": [{"Source", "DeploymentTypeId", …, "CreatedDate", "ChangedDate"}], "EmailAddress", "Submission"}

        Raises:
            NotFound: no brand has the abbreviation; the address has no filters. Forbidden: it is not the appid's brand.

        Source:
            Email Opt In/Out Lookup.
        """
        self._brand(brand_abbreviation, account)
        types = {each.deployment_type_id: each for each in self._of_client(account).by_id.values()}
        keys = [(email_address.casefold(), each) for each in sorted(types)]
        found = Queue(self.store).of(keys, self.clock.now()).values()
        if not found:
            raise NotFound(f"There are no opt-ins/opt-outs for {email_address}", clauses=("OMEDA-83",))
        filters = [render_filter(each, types[each.deployment_type_id]) for each in found]
        return {"Filters": filters, "EmailAddress": email_address, "Submission": self.ids.uuid()}

    def fetch_deployment_types(self, brand_abbreviation: str, account: Account) -> Body:
        """List the deployment types of a brand, inactive ones too.

        Returns:
            {"SubmissionId": GUID, "Id": int, "Description": str, "BrandAbbrev": str, "DeploymentTypes": [{…}]}

        Raises:
            NotFound: no brand has the abbreviation. Forbidden: it is not the appid's.

        Source:
            Deployment Type Lookup by Brand API.
        """
        brand = self._brand(brand_abbreviation, account)
        types = [each for each in self.store.all(DeploymentType) if each.brand_id == brand.brand_id]
        return {
            "SubmissionId": self.ids.uuid(),
            "Id": brand.id,
            "Description": brand.name or "",
            "BrandAbbrev": brand.brand_id,
            "DeploymentTypes": [render_type(each) for each in types],
        }

    def flag_email_as_invalid(self, brand_abbreviation: str, body: dict[str, Any], account: Account) -> Body:
        """Flag an address as invalid for a brand, with all customers that have it. Its filters stay as they are.

        Returns:
            {"EmailAddress": str, "OmedaCustomerIds": [int], "Success": str}

        Raises:
            NotFound: no such brand; no customer has the address. Forbidden: the brand is not the appid's.

        Source:
            Email Flag Email As Invalid.
        """
        self._remark([INVALID.format(name) for name in body if name != "EmailAddress"])
        brand, email = self._brand(brand_abbreviation, account), body["EmailAddress"]
        with self.store.transaction() as tx:
            known = self.store.find(Customer, "email", email.casefold())
            found = sorted((each for each in known if each.client == account.client), key=lambda each: each.customer_id)
            if not found:
                raise NotFound(f"Email address {email} was not found.", clauses=("OMEDA-90",))
            for each in found:
                tx.put(replace(each, invalid_brands=tuple(sorted({*each.invalid_brands, brand.brand_id}))))
        return {
            "EmailAddress": email,
            "OmedaCustomerIds": [each.customer_id for each in found],
            "Success": "Email Address has been marked as Invalid for customers",
        }

    def consents(self) -> Iterator[Consent]:
        """One standing an address and deployment type, as far as the queue has worked it off."""
        for each in Queue(self.store).filters(self.clock.now()).values():
            yield Consent(each.email, str(each.deployment_type_id), STATES[each.status], each.stamp)

    def render_error(self, error: ApiError) -> Body:
        """List the lines; a queue's summary last."""
        return failure(error, self.ids.uuid())

    def _remark(self, lines: Sequence[str]) -> None:
        """Note what is let pass, a line each; `--strict` refuses it."""
        if lines and self.strict:
            raise BadRequest(*lines, clauses=("OMEDA-A08",))
        for line in lines:
            self.note("OMEDA-A08", f"ignored: {line}")

    def _reach(self, client: str, account: Account) -> Reach:
        """Tell how far the appid reaches for the client of the path."""
        if client == account.client:
            return self._of_client(account)
        known = {each.client for each in self.store.all(Brand)} | {each.client for each in self.store.all(Account)}
        if client in known:
            raise Forbidden(
                f"The x-omeda-appid submitted is not authorized for client {client}.", clauses=("OMEDA-A03",)
            )
        raise NotFound(f"Client {client} was not found.", clauses=("OMEDA-A03",))

    def _of_client(self, account: Account) -> Reach:
        brands = (each for each in self.store.all(Brand) if each.client == account.client)
        return Reach(brands, self.store.all(DeploymentType))

    def _brand(self, brand_abbreviation: str, account: Account) -> Brand:
        """Find the brand of the path, which must be the appid's."""
        brand = self.store.get(Brand, brand_abbreviation)
        if brand is None:
            raise NotFound(f"Brand {brand_abbreviation} was not found.", clauses=("OMEDA-94",))
        if brand.client != account.client:
            raise Forbidden(
                f"The x-omeda-appid submitted is not authorized for brand {brand_abbreviation}.", clauses=("OMEDA-A19",)
            )
        return brand


def _dubious(body: Mapping[str, Any], levels: Mapping[str, frozenset[str]]) -> list[str]:
    """Word what a queue lets pass: unknown members, and a body that asks for nothing."""
    unknown = [name for name in body if name not in levels]
    for level, members in levels.items():
        unknown += [name for element in body.get(level, ()) for name in element if name not in members]
    lines = [INVALID.format(name) for name in unknown]
    if not body.keys() & levels.keys():
        *first, last = (f"'{level}'" for level in levels)
        lines.append(f"{' or '.join(filter(None, [', '.join(first), last]))} is a required field.")
    return lines


def _sorted(
    asked: Iterable[tuple[Change, bool]], standing: dict[tuple[str, int], FilterStatus]
) -> tuple[list[Change], list[Change]]:
    """Sort opt-ins, in their order, into those taken and those that an opt-out blocks."""
    taken, blocked = [], []
    for change, deletes in asked:
        if standing.get(change.key) is FilterStatus.OUT and not deletes:
            blocked.append(change)
        else:
            standing[change.key] = FilterStatus.IN
            taken.append(change)
    return taken, blocked
