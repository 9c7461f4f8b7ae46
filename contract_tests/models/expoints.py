"""What Expoints is read to do: opt-outs by address or data, in the order in which they were made."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from contract_tests.models import _expoints as wire
from contract_tests.models._expoints_book import IDS, Row, has, moment
from contract_tests.models._expoints_refusals import Refusals
from contract_tests.target import Answer

EMAILS = ["a@example.com", "A@Example.COM", "b@example.com", "jürgen@example.com"]
ADDRESSES = [*EMAILS, "a@example.com ", "<&>"]
VALUES = ["1", "x", "X", "<&>"]
MOMENTS = ["2025-07-01T12:00:00.12Z", "2025-11-05T12:50:18Z", "2025-11-05T12:50:18.000007Z"]
DATA = st.builds(
    lambda name, value, encrypted: (
        wire.DEFAULTS | {"CustomerDataColumnId": IDS[name], "Name": name, "Value": value, "IsEncrypted": encrypted}
    ),
    *(st.sampled_from([*IDS]), st.sampled_from(VALUES), st.booleans()),
)
PEOPLE = st.lists(
    st.fixed_dictionaries(
        {
            "OptOutDate": st.sampled_from(MOMENTS),
            "Email": st.none() | st.sampled_from(ADDRESSES),
            "TransactionDate": st.none() | st.sampled_from(MOMENTS),
            "SurveyClosedDate": st.none() | st.sampled_from(MOMENTS),
            "Data": st.lists(DATA, max_size=2),
            "Language": st.sampled_from([None, "nl-NL"]),
            "IsContactRequested": st.booleans(),
            "IsConcept": st.booleans(),
            "IsTest": st.sampled_from([False, False, True]),
        }
    ),
    min_size=2,
    max_size=4,
    unique_by=lambda each: ((each["Email"] or "").casefold(), json.dumps(each["Data"])),
)
ASKED = st.fixed_dictionaries(
    {"Value": st.sampled_from(VALUES)},
    optional={
        "CustomerDataColumnId": st.sampled_from([*IDS.values(), 0, 2, -1]),
        "Name": st.sampled_from([*IDS, "voornaam", "", None]),
        "IsEncrypted": st.booleans(),
        "EncryptionKey": st.sampled_from(["", None, "key"]),
    },
)
COLUMNS = st.none() | st.lists(ASKED, max_size=3)
ADDRESS = st.sampled_from([*ADDRESSES, "", None])
LIKE = st.tuples(st.integers(0, 5), st.sampled_from(["CustomerDataColumnId", "Name"]))
"""Somebody of the list, whose data is asked for by the columns' ids or names."""
KIND = st.sampled_from(wire.KINDS)
ACCEPT = st.sampled_from([None, "*/*", "text/html", *wire.KINDS])
SPANS = ["OptOutDateFilter.From", "OptOutDateFilter.To", "TransactionDateFilter.From", "TransactionDateFilter.To"]
DATES = ["2025-11-05T12:50:18Z", " 2025-07-01T14:00:00.1200000+02:00 ", "2025-11-05 13:50", "2026-01-01", ""]
FILTER = st.fixed_dictionaries(
    {"Values": st.lists(st.sampled_from(VALUES), max_size=2)},
    optional={"CustomerDataColumnId": st.sampled_from([*IDS.values(), 0]), "Name": st.sampled_from([*IDS, "voornaam"])},
)


class Model(Refusals):
    """Any history of opt-outs, deletions and waiting, whoever asks whatever."""

    @initialize(people=PEOPLE)
    def begin(self, people: list[dict[str, Any]]) -> None:
        self.open(people)

    @rule(seconds=st.sampled_from([0, 1, 29, 30, 60, 86400]))
    def pass_time(self, seconds: int) -> None:
        self.wait(seconds)

    @rule(email=st.sampled_from([None, *EMAILS]), data=st.dictionaries(st.sampled_from([*IDS]), st.sampled_from("1x")))
    def opt_out(self, email: str | None, data: dict[str, str]) -> None:
        event = {"event": "opt_out"} | ({"email": email} if email else {}) | ({"data": data} if data else {})
        if not email and not data:
            with pytest.raises(httpx.HTTPStatusError, match="400"):
                self.world.call("POST", "events/expoints", event)
            return
        (touched,) = self.world.call("POST", "events/expoints", event)["consents"]
        assert touched == self.consent(self.add(email, data))

    @rule(email=st.sampled_from(EMAILS))
    def opt_out_by_a_column_that_is_none(self, email: str) -> None:
        assert not self.happen("opt_out", email=email, data={"Voornaam": "1", "Unknown": "1"})

    def like(self, number: int, by: str) -> list[dict[str, Any]]:
        """Ask for the data of somebody of the list."""
        data = self.rows[number % len(self.rows)].shown["Data"] if self.rows else []
        return [{name: each[name] for name in (by, "Value", "IsEncrypted")} for each in data]

    @rule(
        customers=st.lists(
            st.fixed_dictionaries({}, optional={"Email": ADDRESS, "CustomerDataColumns": COLUMNS}), max_size=3
        ),
        likes=st.lists(LIKE, max_size=2),
        kind=KIND,
        accept=ACCEPT,
    )
    def check(self, customers: list[dict[str, Any]], likes: list[tuple[int, str]], kind: str, accept: str) -> None:
        customers = customers + [{"CustomerDataColumns": self.like(*each)} for each in likes]
        self.checked(customers, kind, accept)

    @rule(
        members=st.fixed_dictionaries({}, optional={"Email": ADDRESS, "Data": COLUMNS}),
        like=st.none() | LIKE,
        kind=KIND,
        accept=ACCEPT,
    )
    def delete(self, members: dict[str, Any], like: tuple[int, str] | None, kind: str, accept: str) -> None:
        if like:
            members["Data"] = self.like(*like)
        self.deleted(members, kind, accept)

    @precondition(lambda self: self.rows)
    @rule(like=LIKE, kind=KIND, accept=ACCEPT)
    def delete_somebody(self, like: tuple[int, str], kind: str, accept: str) -> None:
        email = self.rows[like[0] % len(self.rows)].email
        self.deleted({"Email": email} if email else {"Data": self.like(*like)}, kind, accept)

    def deleted(self, members: dict[str, Any], kind: str, accept: str) -> None:
        """Delete whom the members are about."""
        email, data = members.get("Email"), members.get("Data")
        body = wire.deletion_in_xml(members).encode() if wire.is_xml(kind) else wire.in_json(members)
        answer = self.tell("delete_opt_out", kind, accept, body=body)
        if not email and not data:
            self.refused(answer, wire.answered(accept, kind), 400, wire.INVALID)
            return
        assert (answer.status, answer.body, answer.headers) == (200, b"", {"content-length": "0"})
        self.drop(lambda row: self.selects(row, email, data))

    @staticmethod
    def selects(row: Row, email: str | None, data: list[dict[str, Any]] | None) -> bool:
        """Tell whether a deletion is about an opt-out: what is given holds, all of it."""
        named = not email or (row.email or "").casefold() == email.casefold()
        return named and all(has(row, each) for each in data or [])

    @rule(
        spans=st.dictionaries(st.sampled_from(SPANS), st.sampled_from(DATES), max_size=2),
        filters=st.lists(FILTER, max_size=2),
        tests=st.sampled_from(["", "IncludeTestRecords=False&", "includetestrecords=true&"]),
        limit=st.sampled_from([None, 1, 2, 3, 1000]),
        kind=KIND,
    )
    def turn_all_pages(self, spans: Any, filters: list[Any], tests: str, limit: int | None, kind: str) -> None:
        filters = [each for each in filters if each != {"Values": []}]
        pairs = [*spans.items(), *asked_of(filters)] + ([("Limit", limit)] if limit else [])
        left = [row.shown for row in self.listed if holds(row, spans, filters) and ("true" in tests or not row.is_test)]
        cursor = ""
        while cursor is not None:
            answer = self.tell("list_opt_outs", accept=kind, query=tests + urlencode([*pairs, ("Cursor", cursor)]))
            page, left = left[: limit or 100], left[limit or 100 :]
            cursor = cursor_of(answer) if left else None
            self.told(answer, kind, {"OptOuts": page, "NextCursor": cursor}, wire.list_in_xml)
        assert not left

    @rule(limit=st.integers(1, 2))
    def turn_a_page_of_a_list_that_changes(self, limit: int) -> None:
        """Those who stay while the list is read are on one page each."""
        if self.cursor is None:
            self.passed, self.stayed = [], [row for row in self.rows if not row.is_test]
        told = json.loads(self.tell("list_opt_outs", query=f"Limit={limit}&Cursor={self.cursor or ''}").body)
        shown = [json.dumps(each) for each in told["OptOuts"]]
        real = [json.dumps(row.shown) for row in self.listed if not row.is_test]
        last = self.passed[-1:]
        if set(last) <= set(real):  # else the last one shown is gone, and nothing tells where it was
            place = real.index(last[0]) + 1 if last else 0
            assert shown == real[place : place + limit]
        self.passed += shown
        self.cursor = told["NextCursor"]
        assert len(self.passed) == len(set(self.passed))
        if self.cursor is None:
            assert {json.dumps(row.shown) for row in self.stayed} <= set(self.passed)

    @precondition(lambda self: self.cursor)
    @rule(query=st.sampled_from(["IncludeTestRecords=true", "DataFilters[0].Name=Voornaam", ""]), kind=KIND)
    def misuse_a_cursor(self, query: str, kind: str) -> None:
        cursor = self.cursor if query else self.cursor[:-1]
        answer = self.tell("list_opt_outs", accept=kind, query=f"{query}&Cursor={cursor}")
        text = wire.NOT_VALID.format(cursor, "Cursor")
        self.refused(answer, kind, 400, wire.INVALID, {"Cursor": text})

    @rule(
        required=st.sampled_from([None, "", "true", "False"]),
        archived=st.sampled_from([None, "", "TRUE", "false"]),
        ids=st.lists(st.sampled_from([1, 2, 8, 9, 0, -5]), max_size=3),
        kind=KIND,
    )
    def list_columns(self, required: str | None, archived: str | None, ids: list[int], kind: str) -> None:
        wishes = [("required", required), ("Archived", archived), *(("CustomerDataColumnIds", each) for each in ids)]
        query = urlencode([(name, value) for name, value in wishes if value is not None])
        found = [
            each
            for each in self.columns
            if (not required or each["Required"] == (required == "true"))
            and (not archived or each["Archived"] == (archived == "TRUE"))
            and (not ids or each["Id"] in ids)
        ]
        answer = self.tell("list_columns", accept=kind, query=query)
        self.told(answer, kind, {"CustomerDataColumns": found}, wire.columns_in_xml)


def asked_of(filters: list[dict[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Write filters on data as parameters."""
    for number, each in enumerate(filters):
        for name in each.keys() - {"Values"}:
            yield f"DataFilters[{number}].{name}", each[name]
        for place, value in enumerate(each["Values"]):
            yield f"DataFilters[{number}].Values[{place}]", value


def holds(row: Row, spans: Mapping[str, str], filters: list[dict[str, Any]]) -> bool:
    """Tell whether an opt-out belongs to a list: no date is in a span that has an end, any value does for none."""
    dates = {"OptOutDateFilter": row.at, "TransactionDateFilter": row.transacted}
    for name, text in spans.items():
        at, end = dates[name.partition(".")[0]], moment(text)
        if end and (at is None or (at < end if name.endswith("From") else at > end)):
            return False
    wanted = [(each, each["Values"] or VALUES) for each in filters]
    return all(any(has_any(row, each, value) for value in values) for each, values in wanted)


def has_any(row: Row, column: Mapping[str, Any], value: str) -> bool:
    """Tell whether an opt-out has a value in a column, encrypted or not."""
    return any(has(row, column | {"Value": value, "IsEncrypted": encrypted}) for encrypted in (False, True))


def cursor_of(answer: Answer) -> str:
    """Read the cursor of a page."""
    found = re.search(r'"NextCursor":"([^"]+)"|<NextCursor>([^<]+)</NextCursor>', answer.body.decode())
    assert found, answer
    return found[1] or found[2]
