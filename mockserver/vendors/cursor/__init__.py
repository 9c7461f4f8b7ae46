"""CURSOR-CRM: the Opt-In module.

A contact's consents are records with a lifecycle: requested or pending, current, historic; or cancelled. Records made
together form a flow, found by its reference number. What contacts and the CRM do by themselves are events.

`Settings`: `send_mail` (without it nothing is mailed, and nothing fails), `keep_on_mail_failure` (records are written
although the mail fails), `pending_days` (after that, what still waits for a click is a rejection).
"""

from collections.abc import Iterable, Mapping
from typing import ClassVar

from mockserver.consent import Body
from mockserver.errors import (
    ApiError,
    BadRequest,
    HeadersTooLarge,
    InternalError,
    MethodNotAllowed,
    NoRoute,
    PayloadTooLarge,
    RequestTimeout,
    Unreadable,
    UnsupportedCoding,
    UnsupportedMediaType,
)
from mockserver.vendors.cursor.events import Events
from mockserver.vendors.cursor.lifecycle import Given, approval_of, choose
from mockserver.vendors.cursor.records import (
    SHOWN,
    Catalogue,
    Contact,
    IncompleteData,
    Kind,
    MailNotSent,
    NoContact,
    NoEligible,
    OptIn,
    Settings,
    Status,
    render,
)

MEMBERS = frozenset({"pk", "type", "status", "approval", "channel", "origin", "extRefNo"})
WORDING: Mapping[type[ApiError], str] = {
    NoContact: "No contact found for given id.",
    NoEligible: "No eligible Opt-Ins found for given extRefNo.",
    IncompleteData: "Incomplete data given.",
    MailNotSent: "Error during mail sending.",
    Unreadable: "the body cannot be read: {}",
    NoRoute: "Not Found",
    MethodNotAllowed: "Method Not Allowed",
    RequestTimeout: "Request Timeout",
    PayloadTooLarge: "Request Entity Too Large",
    UnsupportedMediaType: "Unsupported Media Type",
    UnsupportedCoding: "Unsupported Media Type",
    HeadersTooLarge: "Request Header Fields Too Large",
    InternalError: "Internal Server Error",
}


class Cursor(Events):
    """CURSOR's Opt-In module."""

    name = "cursor"
    records: ClassVar = (Settings, Catalogue, Contact, OptIn)

    def fetch_opt_ins(self, contact_id: str) -> Body:
        """Show a contact's records, but for the historic and cancelled ones; an unknown contact has none.

        Returns:
            {"properties": {str: str}, "optIns": [record], oldest first}

        Source:
            GET v1/optins/{contactId}.
        """
        found = [each for each in self._records() if each.contact.casefold() == contact_id.casefold()]
        return self._overview(contact_id, found)

    def fetch_flow(self, ext_ref_no: str) -> Body:
        """Show a flow's records, but for the historic and cancelled ones; an unknown flow has none.

        Source:
            GET v1/optins/flows/{extRefNo}.
        """
        found = [each for each in self._records() if each.ext_ref_no == ext_ref_no and each.status in SHOWN]
        return self._overview(found[0].contact if found else "", found)

    def create_opt_ins(self, contact_id: str, body: Given, approval: bool | None) -> Body:  # noqa: FBT001 - the document's
        """Create records for a contact; one that is current makes the older one of its type historic.

        Returns:
            {"extRefNo": str, "optIns": [record], in the order of the request}

        Raises:
            NoContact: nobody has the id. MailNotSent: the contact's mail fails; nothing is written.

        Source:
            POST v1/optins/{contactId}.
        """
        given = body["optIns"]
        self._remark(body, given, BadRequest)
        for each in given:
            if "pk" in each:
                self.note("CURSOR-U02", f"pk {each['pk']} is ignored: a new record gets its own")
        number = self._flow_of(given)
        with self.store.transaction() as tx:
            contact = tx.get(Contact, contact_id.casefold())
            if contact is None:
                raise NoContact
            self._check_mail([contact.email], keep=False)
            made = [self._make(contact, each, number, approval is not False) for each in given]
            self._write(tx, made)
        self._check_mail([contact.email], keep=True)
        return {"extRefNo": number, "optIns": [render(each) for each in made]}

    def update_flow(self, ext_ref_no: str, body: Given, approval: bool | None) -> Body:  # noqa: FBT001 - the document's
        """Answer the records of a flow that wait: those given, or all of them for an empty list with `approval`.

        Raises:
            IncompleteData: a record is not named, or an empty list comes without `approval`.
            NoEligible: nothing waits, or a record given is not among what does; nothing changes.
            MailNotSent: the contact's mail fails; nothing is written.

        Source:
            PUT v1/optins/flows/{extRefNo}.
        """
        self._remark(body, body.get("optIns", ()), IncompleteData)
        given = self._complete(body, approval)
        with self.store.transaction() as tx:
            chosen = choose(self._waiting(ext_ref_no), given)
            contacts = [each.contact for each, _ in chosen]
            self._check_mail(contacts, keep=False)
            made = [self._answered(each, wish, approval=approval is not False) for each, wish in chosen]
            self._write(tx, made)
        self._check_mail(contacts, keep=True)
        return {"extRefNo": ext_ref_no, "optIns": [render(each) for each in made]}

    def render_error(self, error: ApiError) -> Body:
        """Write status and message."""
        told = WORDING.get(type(error), "{}").format("; ".join(error.details))
        return {"status": error.status, "message": told}

    def _overview(self, contact_id: str, records: Iterable[OptIn]) -> Body:
        contact = self.store.get(Contact, contact_id.casefold())
        shown = [render(each) for each in records if each.status in SHOWN]
        return {"properties": dict(contact.properties) if contact else {}, "optIns": shown}

    def _remark(self, body: Given, given: Iterable[Given], refusal: type[ApiError]) -> None:
        """Note what nobody knows; `--strict` refuses it: a member with 400, a key as the operation does."""
        unknown = [name for name in body if name != "optIns"]
        for name in [*unknown, *(name for each in given for name in each if name not in MEMBERS)]:
            self._dubious(f"the member {name} is unknown", BadRequest)
        for each in given:
            for kind in Kind:
                if kind in each and self.store.get(Catalogue, (kind, each[kind])) is None:
                    self._dubious(f"{kind} {each[kind]} is not in the catalogue", refusal)

    def _dubious(self, says: str, refusal: type[ApiError]) -> None:
        if self.strict:
            raise refusal(says, clauses=("CURSOR-U30",))
        self.note("CURSOR-U30", says)

    def _flow_of(self, given: Iterable[Given]) -> str:
        """Find the one reference number of a call, or make one."""
        numbers = list(dict.fromkeys(each["extRefNo"] for each in given if "extRefNo" in each))
        if len(numbers) > 1:
            raise BadRequest(f"extRefNo differs among the records: {', '.join(numbers)}", clauses=("CURSOR-U19",))
        return numbers[0] if numbers else self.ids.uuid()

    def _complete(self, body: Given, approval: bool | None) -> list[Given]:  # noqa: FBT001 - as above
        """Give the records to answer, an empty list for all that wait."""
        given: list[Given] = body.get("optIns", [{}])
        for each in given:
            if not ("pk" in each or "type" in each) or each.get("status", Status.CURRENT) != Status.CURRENT:
                raise IncompleteData
        if not given and approval is None:
            if not self.lenient:
                raise IncompleteData
            self.note("CURSOR-U06", "an empty list without approval consents to all that waits")
        return given

    def _make(self, contact: Contact, given: Given, number: str, approval: bool) -> OptIn:  # noqa: FBT001 - as above
        return OptIn(
            self.ids.uuid().replace("-", "")[:15] + "mOpIn",
            contact.email,
            given["type"],
            Status(given.get("status", Status.CURRENT)),
            approval_of(given, approval),
            given.get("origin"),
            given.get("channel"),
            number,
            self.clock.now(),
            stamp=self.stamp(),
        )
