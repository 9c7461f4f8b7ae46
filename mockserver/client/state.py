"""What a sandbox holds, and what brings it to be so."""

from collections.abc import Mapping
from typing import Any

from mockserver.client.held import Held
from mockserver.client.records import Consent, Rule, Snapshot


class State(Held):
    """The records of a sandbox, and what they say about mailing people."""

    def consents(self, vendor: str | None = None, email: str | None = None, state: str | None = None) -> list[Consent]:
        """List who may be mailed, sorted by vendor, address and audience.

        >>> [consent.state.value for consent in mock.consents(vendor="xomni", email="guy@example.com")]
        ['opted_in']
        """
        query = {"vendor": vendor, "email": email, "state": state}
        return [Consent.read(each) for each in self._call("GET", "consents", query=query)["consents"]]

    def event(self, vendor: str, name: str, **members: Any) -> list[Consent]:
        """Let something happen to a person outside a vendor's API; gives the consents that it touched.

        >>> [consent.state.value for consent in mock.event("xomni", "unsubscribe", email="guy@example.com")]
        ['opted_out']
        """
        self._expect(vendor)
        told = self._call("POST", f"events/{vendor}", body={"event": name, **members})
        return [Consent.read(each) for each in told["consents"]]

    def state(self, vendor: str) -> dict[str, list[dict[str, Any]]]:
        """Give a vendor's records, as a fixture has them: record name, then rows.

        >>> mock.state("xomni")["Subscription"][0]["email"]
        'guy@example.com'
        """
        self._expect(vendor)
        found: dict[str, list[dict[str, Any]]] = self._call("GET", f"state/{vendor}")
        return found

    def put_state(self, vendor: str, records: Mapping[str, list[dict[str, Any]]]) -> None:
        """Put other records in the place of all that a vendor has, credentials too: all of them or, of a misfit, none.

        >>> records = mock.state("xomni")
        >>> mock.put_state("xomni", records | {"Subscription": []})
        >>> mock.consents(vendor="xomni")
        []

        Raises:
            ControlError: a record misfits; `errors` point at it.
        """
        self._expect(vendor)
        self._call("PUT", f"state/{vendor}", body=records)

    def reset(self, scenario: str | None = None, seed: int | None = None) -> None:
        """Begin as new: records, ids and clock of the scenario, an empty journal.

        >>> mock.reset(scenario="empty")
        >>> mock.consents()
        []
        """
        wish = {name: value for name, value in (("scenario", scenario), ("seed", seed)) if value is not None}
        self._call("POST", "reset", body=wish)

    def snapshot(self, name: str | None = None) -> Snapshot:
        """Take a snapshot of records, ids and clock; it outlasts a reset, and goes with the sandbox.

        >>> mock.snapshot("before the import").name
        'before the import'
        """
        return Snapshot.read(self._call("POST", "snapshots", body={} if name is None else {"name": name}))

    def snapshots(self) -> list[Snapshot]:
        """List the snapshots, oldest first.

        >>> mock.snapshots()
        []
        """
        return [Snapshot.read(each) for each in self._call("GET", "snapshots")["snapshots"]]

    def restore(self, snapshot: Snapshot) -> None:
        """Begin from a snapshot of this sandbox: records, ids and clock as they were, an empty journal.

        >>> before = mock.snapshot()
        >>> mock.reset(scenario="empty")
        >>> mock.restore(before)
        >>> len(mock.consents(vendor="xomni", email="guy@example.com"))
        1

        Raises:
            ControlError: the sandbox does not have it, or no longer.
        """
        self._call("POST", f"snapshots/{snapshot.id}/restore")

    def faults(self, *rules: Mapping[str, Any]) -> list[Rule]:
        """Put fault rules in the place of all there are; without any, no request meets a fault.

        >>> mock.faults({"match": {"vendor": "expoints"}, "fault": "503", "times": 2, "retry_after_s": 1})[0].fired
        0
        >>> mock.faults()
        []

        Raises:
            ControlError: there is no such fault, vendor or operation; `errors` point at it.
        """
        return _rules(self._call("PUT", "faults", body={"rules": rules}))

    def rules(self) -> list[Rule]:
        """List the fault rules with what they have counted: how many requests they matched, how often they fired.

        >>> rules = mock.faults({"match": {"vendor": "xomni"}, "fault": "500-after-commit", "times": 1})
        >>> answer = httpx.get(mock.url("xomni") + "/private/mail/subscription/guy@example.com/status")
        >>> [(rule.matched, rule.fired) for rule in mock.rules()]
        [(1, 1)]
        """
        return _rules(self._call("GET", "faults"))


def _rules(told: Any) -> list[Rule]:
    return [Rule.read(each) for each in told["rules"]]
