"""The desk behind CURSOR's records: how they are read and written, whoever asks for it."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from mockserver.consent import Consent
from mockserver.store import Transaction
from mockserver.vendors import Vendor
from mockserver.vendors.cursor.lifecycle import Given, approval_of, current, settled, standings
from mockserver.vendors.cursor.records import OPEN, Contact, MailNotSent, OptIn, Settings, Status


class Desk(Vendor):
    """Reads and writes records."""

    def consents(self) -> Iterator[Consent]:
        """One standing a contact and type."""
        return standings(self._records())

    def _settings(self) -> Settings:
        return self.store.get(Settings, "settings") or Settings()

    def _records(self) -> list[OptIn]:
        days = self._settings().pending_days
        return settled(self.store.all(OptIn), self.clock.started(), self.clock.now(), days)

    def _waiting(self, number: str) -> list[OptIn]:
        """Give the records of a flow that an answer can reach."""
        return [each for each in self._records() if each.ext_ref_no == number and each.status in OPEN]

    def _mail_fails(self, contacts: Iterable[str]) -> bool:
        found = (self.store.get(Contact, each.casefold()) for each in contacts)
        return any(each is not None and each.mail_fails for each in found)

    def _check_mail(self, contacts: Iterable[str], *, keep: bool) -> None:
        """Fail as the contact's mail does: before anything is written, or after it where the records are kept."""
        settings = self._settings()
        if settings.send_mail and settings.keep_on_mail_failure is keep and self._mail_fails(contacts):
            raise MailNotSent

    def _answered(self, record: OptIn, given: Given, *, approval: bool) -> OptIn:
        return replace(
            record,
            status=Status.CURRENT,
            approval=approval_of(given, approval),
            origin=given.get("origin", record.origin),
            channel=given.get("channel", record.channel),
            stamp=self.stamp(),
        )

    def _write(self, tx: Transaction, made: list[OptIn]) -> None:
        """Store records in their order, each making historic what it supersedes, and what a period's end changed."""
        known = {each.pk: each for each in self._records()}
        for each in known.values():
            if each != tx.get(OptIn, each.pk):
                tx.put(each)
        for number, new in enumerate(made):
            changes = current(known.values(), new) if new.status is Status.CURRENT else [new]
            made[number] = changes[-1]
            for each in changes:
                known[each.pk] = tx.put(each)
        made[:] = [known[each.pk] for each in made]  # a later record of the call may have superseded an earlier one
