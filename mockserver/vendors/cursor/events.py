"""What happens to CURSOR's records outside its API: in the CRM, in the recipient's mailbox, on the website."""

from collections.abc import Iterable
from dataclasses import replace

from mockserver.consent import Consent
from mockserver.contract.schema import Schema
from mockserver.errors import Conflicting
from mockserver.vendors.cursor.desk import Desk
from mockserver.vendors.cursor.lifecycle import cancel
from mockserver.vendors.cursor.records import Contact, OptIn
from mockserver.vendors.events import ADDRESS, event

NUMBER: Schema = {"type": "string", "minLength": 1, "description": "The extRefNo of a flow."}
FAILS: Schema = {"type": "boolean", "description": "Whether whatever is mailed to the contact fails from now on."}


class Events(Desk):
    """The events."""

    @event(email=ADDRESS)
    def contact_created(self, email: str) -> list[Consent]:
        """Let the CRM come to know a contact; until then an opt-in for the address is a 520."""
        with self.store.transaction() as tx:
            if tx.get(Contact, email.casefold()) is not None:
                raise Conflicting(f"{email} is a contact already")
            tx.put(Contact(email))
        return []

    @event(email=ADDRESS, fails=FAILS)
    def mail_fails(self, email: str, fails: bool) -> list[Consent]:  # noqa: FBT001 - the event's member
        """Let mail to a contact fail (525), or arrive again."""
        with self.store.transaction() as tx:
            found = tx.get(Contact, email.casefold())
            if found is None:
                raise Conflicting(f"{email} is no contact; send the event contact_created first")
            tx.put(replace(found, mail_fails=fails))
        return []

    @event(ext_ref_no=NUMBER)
    def mail_clicked(self, ext_ref_no: str) -> list[Consent]:
        """Let the recipient click on the link of a flow's mail, and the website then consent to all that waits."""
        with self.store.transaction() as tx:
            waiting = self._waiting(ext_ref_no)
            self._refuse_click(ext_ref_no, waiting)
            self._write(tx, [self._answered(each, {}, approval=True) for each in waiting])
        return self._touched(waiting)

    @event(ext_ref_no=NUMBER)
    def request_cancelled(self, ext_ref_no: str) -> list[Consent]:
        """Let the CRM cancel the requests of a flow: no answer shows or reaches them any more."""
        with self.store.transaction() as tx:
            changes = cancel(self._records(), ext_ref_no, self.stamp())
            if not changes:
                raise Conflicting(f"no request waits in the flow {ext_ref_no}; only what is REQUESTED can be cancelled")
            for each in changes:
                tx.put(each)
        return self._touched(changes)

    def _refuse_click(self, number: str, waiting: list[OptIn]) -> None:
        """Refuse a click where there is no mail to click in, or nothing left that a click could answer."""
        if not waiting:
            raise Conflicting(f"nothing waits for an answer in the flow {number}")
        if not self._settings().send_mail:
            raise Conflicting("no mail is sent while send_mail is off in Settings, so there is no link to click on")
        if self._mail_fails(each.contact for each in waiting):
            raise Conflicting(f"mail to {waiting[0].contact} fails, so there is no link to click on")

    def _touched(self, records: Iterable[OptIn]) -> list[Consent]:
        places = {each.place for each in records}
        return [each for each in self.consents() if ((each.email or "").casefold(), each.audience) in places]
