"""The opt-outs that Expoints has to have, and what it says of them, read back after every step."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis.stateful import invariant

from contract_tests.machine import Machine
from contract_tests.models import _expoints as wire
from contract_tests.target import Answer

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
IDS = {"CustomerNumber": 1, "Voornaam": 8, "Achternaam": 11}
"""The columns of data that people have, by name."""
OTHERS = {"Language": None, "IsContactRequested": False, "IsConcept": False}
DATES = ["TransactionDate", "SurveyClosedDate"]
SHOWN = ["OptOutDate", "Email", *DATES, "Data", *OTHERS]
"""The members of an opt-out, in JSON's order."""
ACCOUNTS = {
    "expoints": {},
    "readonly": {"right": False},
    "limited": {"requests_per_minute": 2},
    "maintenance": {"maintenance": True},
    "dying": {"expires": "2026-01-01T00:01:00Z"},
}
"""What is particular about the account of each token."""


def moment(text: str | None) -> datetime | None:
    """Read a date as filters do; one without an offset is that of Amsterdam."""
    if not text:
        return None
    read = datetime.fromisoformat(text.strip())
    return read if read.tzinfo else read.replace(tzinfo=AMSTERDAM)


def local(at: datetime | None) -> str | None:
    """Write a date as answers do: Amsterdam's offset, no zeros at the end of a fraction."""
    if at is None:
        return None
    text, offset = f"{at.astimezone(AMSTERDAM):%Y-%m-%dT%H:%M:%S.%f|%z}".split("|")
    return f"{text.rstrip('0').rstrip('.')}{offset[:3]}:{offset[3:]}"


def fixture(members: Mapping[str, Any]) -> dict[str, Any]:
    """Write a row as a fixture has it."""
    found = {re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower(): value for name, value in members.items()}
    return found | ({"data": [*map(fixture, found["data"])]} if "data" in found else {})


@dataclass(frozen=True)
class Row:
    """An opt-out: what the list shows of it, and what else is known. `since` is when the person began to be out."""

    shown: Mapping[str, Any]
    at: datetime
    transacted: datetime | None
    is_test: bool
    since: str | None

    @property
    def email(self) -> str | None:
        return self.shown["Email"]

    @property
    def person(self) -> str:
        """Whoever has the same is the same person: the address in any letter case, else the data."""
        return json.dumps(self.shown["Data"]) if self.email is None else self.email.casefold()


class Book(Machine):
    """Keeps the opt-outs, in the order in which they were made; `listed` has them as the list last did."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Row] = []
        self.listed: list[Row] = []
        self.cursor: str | None = None
        self.passed: list[str] = []
        self.stayed: list[Row] = []
        self.columns: list[dict[str, Any]] = []
        self.turns = 0

    def open(self, people: list[dict[str, Any]]) -> None:
        """Begin with these opt-outs, which are a fixture's, and with an account for each token."""
        state = self.world.call("GET", "state/expoints")
        accounts = [
            {"name": name, "headers": {"Authorization": f"Bearer {name}-token"}, **particular}
            for name, particular in ACCOUNTS.items()
        ]
        self.world.call("PUT", "state/expoints", state | {"Account": accounts, "OptOut": [*map(fixture, people)]})
        names = {"Id": "column_id", "Required": "required", "Archived": "archived", "Name": "name"}
        names["DisplayName"] = "display_name"
        self.columns = [{name: each[field] for name, field in names.items()} for each in state["Column"]]
        for each in people:
            dates = {name: local(moment(each[name])) for name in each if name.endswith("Date")}
            shown = {name: (each | dates)[name] for name in SHOWN}
            at = datetime.fromisoformat(each["OptOutDate"])
            self.rows.append(Row(shown, at, moment(each["TransactionDate"]), each["IsTest"], None))

    def add(self, email: str | None, data: Mapping[str, str]) -> Row:
        """Somebody opts out; gives the opt-out that stands, which may have stood before."""
        known = [
            wire.DEFAULTS | {"CustomerDataColumnId": IDS[name], "Name": name, "Value": data[name]}
            for name in sorted(data, key=IDS.__getitem__)
        ]
        shown = {"OptOutDate": local(self.now), "Email": email} | dict.fromkeys(DATES) | {"Data": known} | OTHERS
        new = Row(shown, self.now, None, is_test=False, since=self.shown_now())
        for row in self.rows:
            if row.person == new.person and row.shown["Data"] == known:
                return row
        earlier = [row.since for row in self.rows if email and row.person == new.person]
        self.rows.append(replace(new, since=[*earlier, new.since][0]))
        return self.rows[-1]

    def drop(self, selects: Callable[[Row], bool]) -> None:
        """Opt-outs end."""
        self.rows = [row for row in self.rows if not selects(row)]
        self.stayed = [row for row in self.stayed if not selects(row)]

    @staticmethod
    def consent(row: Row) -> dict[str, Any]:
        """Give the ledger's row of an opt-out."""
        data = {each["Name"]: each["Value"] for each in row.shown["Data"]} if row.email is None else None
        person = {"vendor": "expoints", "email": row.email, "data": data, "audience": None}
        return person | {"state": "opted_out", "since": row.since, "request_id": None}

    def tell(
        self,
        operation: str,
        kind: str | None = None,
        accept: str | None = None,
        token: str | None = "expoints",
        **parts: Any,
    ) -> Answer:
        """Ask with a token, for a media type, in another."""
        headers = {"authorization": f"Bearer {token}-token", "content-type": kind, "accept": accept}
        sent = {name: value for name, value in headers.items() if value and (token or name != "authorization")}
        return self.ask(operation, account=None, headers=sent, **parts)

    @staticmethod
    def told(answer: Answer, kind: str, value: Any, in_xml: Callable[[Any], str]) -> None:
        """Compare an answer, byte for byte."""
        body = in_xml(value).encode() if wire.is_xml(kind) else wire.in_json(value)
        headers = {"content-type": f"{kind}; charset=utf-8", "content-length": str(len(body))}
        assert (answer.status, answer.body, answer.headers) == (200, body, headers)

    @staticmethod
    def refused(
        answer: Answer,
        kind: str,
        status: int,
        message: str,
        state: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Compare a refusal, byte for byte; `state` has the message of each place."""
        body = wire.refusal(kind, message, {place: [text] for place, text in (state or {}).items()})
        fixed = {"content-type": f"{kind}; charset=utf-8", "content-length": str(len(body))}
        assert (answer.status, answer.body, answer.headers) == (status, body, fixed | (headers or {}))

    def checked(self, customers: list[dict[str, Any]], kind: str = wire.KINDS[0], accept: str | None = None) -> None:
        """Ask whether customers have opted out, and compare with who has."""
        body = wire.check_in_xml(customers).encode() if wire.is_xml(kind) else wire.in_json({"Customers": customers})
        items = [{"OptOut": self.is_out(each), **wire.whole(each)} for each in customers]
        answer = self.tell("check_opt_outs", kind, accept, body=body)
        self.told(answer, wire.answered(accept, kind), items, wire.told_in_xml)

    def is_out(self, customer: Mapping[str, Any]) -> bool:
        """Say whether a customer has opted out: by address, or by data all of which one opt-out has."""
        email, columns = customer.get("Email"), customer.get("CustomerDataColumns")
        by_email = email and any((row.email or "").casefold() == email.casefold() for row in self.rows)
        by_data = columns and any(all(has(row, each) for each in columns) for row in self.rows)
        return bool(by_email or by_data)

    @invariant()
    def the_list_the_check_and_the_ledger_are_as_the_model_says(self) -> None:
        told = self.tell("list_opt_outs", query="includeTestRecords=TRUE")
        by_text = {json.dumps(row.shown): row for row in self.rows}
        self.listed = [by_text.pop(json.dumps(each)) for each in json.loads(told.body)["OptOuts"]]
        assert not by_text
        assert [row.at for row in self.listed] == sorted(row.at for row in self.listed)
        self.turns += 1  # a run has thousands of steps
        if self.turns % 2:
            everybody = [{"Email": row.email.swapcase()} for row in self.rows if row.email]
            self.checked([*everybody, {"Email": "c@example.com"}])
        else:
            kind = wire.KINDS[self.sent % len(wire.KINDS)]
            real = [row.shown for row in self.listed if not row.is_test]
            answer = self.tell("list_opt_outs", accept=kind)
            self.told(answer, kind, {"OptOuts": real, "NextCursor": None}, wire.list_in_xml)
        first = {row.person: self.consent(row) for row in reversed(self.rows)}
        ledger = self.world.call("GET", "consents?vendor=expoints")["consents"]
        assert sorted(map(json.dumps, ledger)) == sorted(map(json.dumps, first.values()))


def has(row: Row, column: Mapping[str, Any]) -> bool:
    """Tell whether an opt-out has a column: by its id or, where that is 0, by its name."""
    number, name = column.get("CustomerDataColumnId", 0), column.get("Name")
    return any(
        (number == each["CustomerDataColumnId"] if number else name == each["Name"])
        and (column["Value"], column.get("IsEncrypted", False)) == (each["Value"], each["IsEncrypted"])
        for each in row.shown["Data"]
    )
