"""What happens to XOMNI's addresses outside its API: mailings, the recipient's own clicks, and bounces."""

from dataclasses import replace

from mockserver.consent import Consent
from mockserver.contract.schema import Schema
from mockserver.errors import Conflicting
from mockserver.store import Transaction
from mockserver.vendors import Vendor
from mockserver.vendors.events import ADDRESS, event
from mockserver.vendors.xomni.records import Pii, Purpose, Settings, Status, Subscription, consent

MAILABLE: Schema = {
    **ADDRESS,
    "pattern": r"^[^@\s\u0000-\u001F\u007F-\u009F\uFFFD]+@[^@\s\u0000-\u001F\u007F-\u009F\uFFFD]+$",
}
PURPOSE: Schema = {
    "type": "integer",
    "enum": [1, 2],
    "description": "What was mailed, as `PurposeTypeId` has it: 1 a wish list, 2 a shopping cart.",
}
NAME: Schema = {
    "type": "string",
    "minLength": 1,
    "description": "The name of the PII that has the address from now on.",
}


class Events(Vendor):
    """The events, and how a status changes whoever changes it."""

    @event(email=MAILABLE, purpose=PURPOSE, pii_name=NAME)
    def mail_sent(self, email: str, purpose: int, pii_name: str | None = None) -> list[Consent]:
        """Mail a wish list or a shopping cart to an address: the first mailing subscribes it."""
        with self.store.transaction() as tx:
            found = tx.get(Subscription, email.casefold())
            if found is None:
                found = Subscription(email, Status.SUBSCRIBED, Purpose(purpose), stamp=self.stamp())
            if found.status_id is not Status.SUBSCRIBED:
                raise Conflicting(
                    f"{email} has StatusId {found.status_id}, and only a subscribed address (1) is mailed"
                )
            found = tx.put(replace(found, purpose_type_id=Purpose(purpose)))
            if pii_name is not None:
                tx.put(Pii(pii_name, email))
        return [consent(found)]

    @event(email=ADDRESS)
    def unsubscribe(self, email: str) -> list[Consent]:
        """Let the recipient click on the unsubscribe link of a mail."""
        with self.store.transaction() as tx:
            found = self._mailed(tx, email)
            if found.status_id is Status.BOUNCED:
                raise Conflicting(f"{email} has bounced, and nothing leads out of that")
            return [consent(self._opted_out(tx, found))]

    @event(email=ADDRESS)
    def bounce(self, email: str) -> list[Consent]:
        """Let mail to an address come back: it is bounced from then on, whatever it was."""
        with self.store.transaction() as tx:
            found = self._mailed(tx, email)
            if found.status_id is not Status.BOUNCED:
                found = self._changed(tx, found, Status.BOUNCED)
        return [consent(found)]

    def _limit(self) -> int:
        return (self.store.get(Settings, "settings") or Settings()).resubscribe_limit

    def _opted_out(self, tx: Transaction, found: Subscription) -> Subscription:
        """Unsubscribe who is subscribed: for good once all resubscriptions are used."""
        if found.status_id is not Status.SUBSCRIBED:
            return found
        used_up = found.resubscriptions >= self._limit()
        return self._changed(tx, found, Status.LIMIT_REACHED if used_up else Status.UNSUBSCRIBED)

    def _changed(self, tx: Transaction, found: Subscription, status: Status, resubscribed: int = 0) -> Subscription:
        """Store a new status; what a fixture set by hand ends with the old one."""
        count = found.resubscriptions + resubscribed
        new = replace(found, status_id=status, resubscriptions=count, is_subscribable=None, stamp=self.stamp())
        return tx.put(new)

    @staticmethod
    def _mailed(tx: Transaction, email: str) -> Subscription:
        found = tx.get(Subscription, email.casefold())
        if found is None:
            raise Conflicting(f"{email} was never mailed; send the event mail_sent first")
        return found
