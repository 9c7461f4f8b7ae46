"""What CURSOR's Opt-In module is read to do: records in the order of creation, and how each contact stands by type."""

import json
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from contract_tests.machine import Machine
from contract_tests.models._cursor import (
    CANCELLED,
    CLASHING,
    CONTACTS,
    CURRENT,
    DAY,
    FLOWS,
    HIDDEN,
    HISTORIC,
    ILL,
    INCOMPLETE,
    JSON,
    KINDS,
    NEW,
    NO,
    NUMBERS,
    OPEN,
    PENDING,
    PEOPLE,
    QUERIES,
    REQUESTED,
    STATES,
    WISHES,
    YES,
    Row,
    choose,
    ill,
    otherwise,
    refused,
    show,
    wire,
)
from contract_tests.target import Answer


class Model(Machine):
    """Any history of opt-ins, answers to flows, events and waiting, and what is refused; read back after each step."""

    clauses = (
        *("CURSOR-07", "CURSOR-15", "CURSOR-20", "CURSOR-24", "CURSOR-28", "CURSOR-53", "CURSOR-58", "CURSOR-62"),
        *("CURSOR-U07", "CURSOR-U08", "CURSOR-U17", "CURSOR-U18", "CURSOR-U25", "CURSOR-U27", "CURSOR-U31"),
        *("CURSOR-U45", "CURSOR-U46", "CURSOR-U47", "CURSOR-U48"),
    )

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Row] = []
        self.numbers = [*NUMBERS]
        self.contacts: dict[str, Row] = {}
        self.failing: set[str] = set()
        self.standings: dict[tuple[str, str], tuple[str, str, int | None]] = {}
        self.settings: Row = {}

    @initialize(
        mailing=st.sampled_from([(True, False)] * 2 + [(True, True), (False, False)]),
        days=st.sampled_from([14, 3, 1, 0]),
        new=NEW,
    )
    def begin(self, mailing: tuple[bool, bool], days: int, new: list[Row]) -> None:
        self.settings = {"send_mail": mailing[0], "keep_on_mail_failure": mailing[1], "pending_days": days}
        self.contacts = {"zoë+1@x": {"known as": "Zoë"}}
        contact = {"email": "Zoë+1@x", "properties": {"known as": "Zoë"}, "mail_fails": False}
        self.keep(Settings=[self.settings], Contact=[contact])
        self.create("zoë+1@x", "", new, JSON)

    def become(self, new: Row, status: str, when: datetime, request: int | None) -> None:
        """Change a record's status; since when its contact stands so changes with the standing only."""
        place = new["contact"], new["type"]
        beside = [row for row in self.rows if (row["contact"], row["type"]) == place]
        for row in beside:
            if status == CURRENT == row["status"]:
                row["status"] = HISTORIC
        new["status"] = status
        waits = any(row["status"] in OPEN for row in beside)
        approval = next((row["approval"] for row in beside if row["status"] == CURRENT), None)
        state = STATES.get(approval, "pending" if waits else "unknown")
        if self.standings.get(place, ("",))[0] != state:
            self.standings[place] = state, wire(when), request

    def end_periods(self) -> None:
        """Let what nobody clicked on in time be a refusal, from the end of its period on."""
        period = timedelta(days=self.settings["pending_days"])
        for row in self.rows:
            if row["status"] == PENDING and self.now - row["created"] >= period:
                row["approval"] = NO
                self.become(row, CURRENT, row["created"] + period, None)

    def write(self, operation: str, path: Row, query: str, body: bytes, kind: str | None) -> Answer:
        """Ask for records to be created, or answer a flow."""
        headers = {} if kind is None else {"content-type": kind}
        return self.ask(operation, path=path, query=query and f"approval={query}", headers=headers, body=body)

    @rule(contact=CONTACTS, query=QUERIES, body=st.sampled_from([*ILL, *INCOMPLETE]), flow=FLOWS, kind=KINDS)
    def ask_for_what_is_ill(self, contact: str, query: str, body: bytes, flow: int, kind: str | None) -> None:
        form = (ILL | INCOMPLETE)[body], body
        answer = self.write("create_opt_ins", {"contactId": contact}, query, body, kind)
        assert ill(answer, kind, query, form)
        if body in ILL:  # the others are complete as answers to a flow, or a 522
            path = {"extRefNo": self.number(flow)}
            assert ill(self.write("update_flow", path, query, body, kind), kind, query, form)

    @rule(contact=CONTACTS, query=QUERIES, new=NEW | NEW | CLASHING, kind=KINDS)
    def create(self, contact: str, query: str, new: list[Row], kind: str | None) -> None:
        body, key = json.dumps({"optIns": new}).encode(), contact.casefold()
        answer = self.write("create_opt_ins", {"contactId": contact}, query, body, kind)
        numbers = list(dict.fromkeys(each["extRefNo"] for each in new if "extRefNo" in each))
        if ill(answer, kind, query, (None, body)):
            pass
        elif len(numbers) > 1:
            refused(answer, 400, f"extRefNo differs among the records: {', '.join(numbers)}")
        elif key not in self.contacts:
            refused(answer, 520, "No contact found for given id.")
        elif self.written(answer, [key]):
            made = self.add(key, query, new, numbers)
            told = {"extRefNo": made[0]["extRefNo"], "optIns": [show(row) for row in made]}
            assert answer.status == 525 or (answer.status, json.loads(answer.body)) == (200, told)
            self.end_periods()

    def add(self, contact: str, query: str, new: list[Row], numbers: list[str]) -> list[Row]:
        """Add records, with the keys and the number that the server made, which have to be new."""
        known = {row["pk"] for row in self.rows}
        kept = [row for row in self.fixture()["OptIn"] if row["pk"] not in known]
        assert "mine" not in {row["pk"] for row in kept}
        assert len({row["ext_ref_no"] for row in kept}) == 1
        (number,) = numbers or [kept[0]["ext_ref_no"]]
        assert numbers or number not in self.numbers
        self.numbers += [] if numbers else [number]
        defaults = {"status": CURRENT, "approval": otherwise(query), "contact": contact, "created": self.now}
        made = [defaults | each | {"pk": row["pk"], "extRefNo": number} for each, row in zip(new, kept, strict=True)]
        for row in made:
            self.rows.append(row | {"status": "new"})
            self.become(self.rows[-1], row["status"], self.now, self.sent)
        return self.rows[-len(made) :]

    def written(self, answer: Answer, contacts: list[str]) -> bool:
        """Tell whether an answer's changes are kept: not where the mail fails, unless a setting says so."""
        fails = self.settings["send_mail"] and self.failing & {*contacts}
        if fails:
            refused(answer, 525, "Error during mail sending.")
        return not fails or self.settings["keep_on_mail_failure"]

    @rule(flow=FLOWS, query=QUERIES, wishes=WISHES, kind=KINDS, stray=st.sampled_from([False] * 9 + [True]))
    def answer_flow(self, flow: int, query: str, wishes: list[Row], kind: str | None, stray: bool) -> None:  # noqa: FBT001 - drawn by name
        number = "nope" if stray else self.number(flow)
        of_flow = [row["pk"] for row in self.rows if row["extRefNo"] == number] or ["none"]
        sent = [each | {"pk": of_flow[each["pk"] % len(of_flow)]} if "pk" in each else each for each in wishes]
        body = json.dumps({"optIns": sent}).encode()
        answer = self.write("update_flow", {"extRefNo": number}, query, body, kind)
        waiting = self.waiting(number)
        chosen = choose(waiting, sent or [{"pk": row["pk"]} for row in waiting])
        incomplete = any(not each.keys() & {"pk", "type"} or each.get("status", CURRENT) != CURRENT for each in sent)
        if ill(answer, kind, query, (None, body)):
            pass
        elif incomplete or not (sent or query):
            refused(answer, 522, "Incomplete data given.")
        elif not chosen or {} in chosen:
            refused(answer, 521, "No eligible Opt-Ins found for given extRefNo.")
        elif self.written(answer, [row["contact"] for row in chosen]):
            for row, each in zip(chosen, sent or [{}] * len(chosen), strict=True):
                row |= {name: each[name] for name in ("channel", "origin") if name in each}
                row["approval"] = each.get("approval", otherwise(query))
                self.become(row, CURRENT, self.now, self.sent)
            told = {"extRefNo": number, "optIns": [show(row) for row in chosen]}
            assert answer.status == 525 or (answer.status, json.loads(answer.body)) == (200, told)

    def number(self, drawn: int) -> str:
        """Give the number of a flow, mostly one in which something waits."""
        likely = [each for each in self.numbers if self.waiting(each)] * 4 + self.numbers
        return likely[drawn % len(likely)]

    def waiting(self, number: str) -> list[Row]:
        """List what of a flow still waits."""
        return [row for row in self.rows if row["extRefNo"] == number and row["status"] in OPEN]

    @rule(flow=FLOWS)
    def click(self, flow: int) -> None:
        number = self.number(flow)
        waiting = self.waiting(number)
        fails = self.failing & {row["contact"] for row in waiting} or not self.settings["send_mail"]
        if self.happened("mail_clicked", waiting, allowed=bool(waiting and not fails), ext_ref_no=number):
            for row in waiting:
                row["approval"] = YES
                self.become(row, CURRENT, self.now, None)

    @rule(flow=FLOWS)
    def cancel(self, flow: int) -> None:
        number = self.number(flow)
        gone = [row for row in self.waiting(number) if row["status"] == REQUESTED]
        if self.happened("request_cancelled", gone, allowed=bool(gone), ext_ref_no=number):
            for row in gone:
                self.become(row, CANCELLED, self.now, None)

    @rule(contact=CONTACTS)
    def appear(self, contact: str) -> None:
        if self.happened("contact_created", [], allowed=contact.casefold() not in self.contacts, email=contact):
            self.contacts[contact.casefold()] = {}

    @rule(contact=CONTACTS, fails=st.sampled_from([True, True, False]), new=NEW, flow=FLOWS)
    def let_mail_fail_or_arrive(self, contact: str, fails: bool, new: list[Row], flow: int) -> None:  # noqa: FBT001 - drawn by name
        known = contact.casefold() in self.contacts
        if self.happened("mail_fails", [], allowed=known, email=contact, fails=fails):
            (self.failing.add if fails else self.failing.discard)(contact.casefold())
            self.create(contact, "", new, JSON)
            self.answer_flow(flow, "true", [], JSON, stray=False)

    def happened(self, event: str, touches: list[Row], *, allowed: bool, **members: Any) -> bool:
        """Let an event happen that is allowed, touching these places; see that one that is not changes nothing."""
        before = None if allowed else self.fixture()
        assert self.happen(event, **members) is allowed
        assert allowed or self.fixture() == before
        touched = {(each["email"].casefold(), each["audience"]) for each in self.touched} if allowed else set()
        assert touched == {(row["contact"], row["type"]) for row in touches if allowed}
        return allowed

    @rule(periods=st.sampled_from([0, 1, 1]), seconds=st.sampled_from([0, 1, -1]))
    def pass_time(self, periods: int, seconds: int) -> None:
        self.wait(max(0, periods * self.settings["pending_days"] * DAY + seconds))
        self.end_periods()

    def overview(self, operation: str, path: dict[str, str], contact: str | None, rows: list[Row]) -> None:
        """See that a GET shows these records, but for the hidden ones."""
        shown = [row for row in rows if row["status"] not in HIDDEN]
        whose = contact or next((row["contact"] for row in shown), "")
        told = json.loads(self.ask(operation, path=path).body)
        assert told == {"properties": self.contacts.get(whose, {}), "optIns": [show(row) for row in shown]}

    @invariant()
    def overviews_and_the_ledger_are_as_the_model_says(self) -> None:
        for contact in [*PEOPLE, "ZOË+1@X", "nobody@x"]:
            rows = [row for row in self.rows if row["contact"] == contact.casefold()]
            self.overview("fetch_opt_ins", {"contactId": contact}, contact.casefold(), rows)
        for number in [*self.numbers, "F1"]:
            rows = [row for row in self.rows if row["extRefNo"] == number]
            self.overview("fetch_flow", {"extRefNo": number}, None, rows)
        ledger = {(email, audience): standing for (email, _, audience), standing in self.ledger().items()}
        assert ledger == self.standings
