"""What happens to Aimbase's subscribers outside its API: forms, unsubscribe links, and bounces."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Any

from mockserver.consent import Consent
from mockserver.contract.schema import Schema
from mockserver.errors import Conflicting
from mockserver.odata.literals import INT32
from mockserver.store import Transaction
from mockserver.vendors import Vendor
from mockserver.vendors.aimbase.records import CENTRAL_SINCE, Deliverability, Settings, Status, Subscriber, consent
from mockserver.vendors.events import ADDRESS, event

PARTIAL: Schema = {"type": "boolean", "description": "From some brands only: `Unsubscribed-Partial`."}
Changes = dict[str, Any]


class Events(Vendor):
    """The events, and how a subscriber changes whoever changes it."""

    @event(email=ADDRESS)
    def opt_in(self, email: str) -> list[Consent]:
        """Let somebody agree to be mailed, on a form outside the API: a stranger becomes a subscriber."""
        agreed = {"is_opted_in": True, "opt_in_date": self._now()}
        with self.store.transaction() as tx:
            found = self._named(email)
            rows = [self._change(tx, each, agreed) for each in found] or [self._add(tx, email, agreed)]
        return [consent(each) for each in rows]

    @event(email=ADDRESS, partial=PARTIAL)
    def unsubscribe(self, email: str, partial: bool = False) -> list[Consent]:  # noqa: FBT001, FBT002 - a member by name
        """Let the recipient unsubscribe, from all brands or from some; who is out of all stays so."""

        def changes(row: Subscriber) -> Changes:
            out = (
                Status.PARTIAL if partial and row.subscriber_status is not Status.UNSUBSCRIBED else Status.UNSUBSCRIBED
            )
            return {"subscriber_status": out}

        return self._happen(email, changes)

    @event(email=ADDRESS)
    def resubscribe(self, email: str) -> list[Consent]:
        """Let the recipient subscribe to all brands again; whether they agreed to be mailed stays as it was."""
        return self._happen(email, lambda _: {"subscriber_status": Status.SUBSCRIBED})

    @event(email=ADDRESS)
    def soft_bounce(self, email: str) -> list[Consent]:
        """Let mail come back for now; where it came back for good already, it is sent no more."""

        def changes(row: Subscriber) -> Changes:
            if row.email_deliverability_status is Deliverability.HARD_BOUNCE:
                raise Conflicting(f"mail to {email} came back for good before, and none is sent since")
            return {"email_deliverability_status": Deliverability.SOFT_BOUNCE}

        return self._happen(email, changes)

    @event(email=ADDRESS)
    def hard_bounce(self, email: str) -> list[Consent]:
        """Let mail come back for good."""
        return self._happen(email, lambda _: {"email_deliverability_status": Deliverability.HARD_BOUNCE})

    def _happen(self, email: str, changes: Callable[[Subscriber], Changes]) -> list[Consent]:
        """Change all subscribers that have an address."""
        with self.store.transaction() as tx:
            rows = [self._change(tx, each, changes(each)) for each in self._named(email)]
        if not rows:
            raise Conflicting(f"{email} is no subscriber; send the event opt_in first")
        return [consent(each) for each in rows]

    @property
    def _settings(self) -> Settings:
        return self.store.get(Settings, "settings") or Settings()

    def _named(self, email: str) -> list[Subscriber]:
        """Find the subscribers that have an address in any letter case: first who has it to the letter, then by id."""
        found = self.store.find(Subscriber, "email", email.casefold())
        return sorted(found, key=lambda row: (row.email != email, row.id))

    def _change(self, tx: Transaction, found: Subscriber, changes: Changes) -> Subscriber:
        """Store a change: `UpdateDate` moves always, the stamp with the consent only."""
        new = replace(found, **changes, update_date=self._now())
        return tx.put(new if new.state is found.state else replace(new, stamp=self.stamp()))

    def _add(self, tx: Transaction, email: str, fields: Changes) -> Subscriber:
        """Store a new subscriber under the next id, or the first free one where a fixture has the last."""
        taken = {row.id for row in self.store.all(Subscriber)}
        number = max(taken, default=0) + 1
        if number not in INT32:
            number = next(each for each in count(1) if each not in taken)
        now = self._now()
        return tx.put(Subscriber(number, email, create_date=now, update_date=now, stamp=self.stamp(), **fields))

    def _now(self) -> datetime:
        """Read the clock to the millisecond, as answers show it; Central Time has no dates before its own."""
        now = self.clock.now()
        return max(now.replace(microsecond=now.microsecond // 1000 * 1000), CENTRAL_SINCE)
