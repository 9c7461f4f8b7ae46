"""What CURSOR's model asks with, and how it writes and finds records."""

import json
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from contract_tests.target import Answer

Row = dict[str, Any]
CURRENT, PENDING, REQUESTED, HISTORIC, CANCELLED = (
    f"C0OPTINSTATUS_{each}" for each in ("CURRENT", "PENDING", "REQUESTED", "HISTORIC", "CANCELLED")
)
OPEN, HIDDEN = {PENDING, REQUESTED}, {HISTORIC, CANCELLED}
YES, NO = "Zus_C0Approval", "Abl_C0Approval"
STATES = {YES: "opted_in", NO: "opted_out"}
MEMBERS = ("pk", "type", "status", "approval", "channel", "origin", "extRefNo")
JSON = "application/json"
DAY = 86_400

PEOPLE = ["zoë+1@x", "a/b@x"]
CONTACTS = st.sampled_from([*PEOPLE * 2, "ZOË+1@X", "A/b@x", "flows"])
NUMBERS = ["f1", "f 2/ü"]
FLOWS = st.integers(0, 11)
TYPES = ["C0INFOTYPE_NEWSLETTER", "C0INFOTYPE_MARKETRESEARCH"]
KINDS = st.sampled_from([*[JSON] * 10, "Application/JSON; charset=utf-8", "text/plain", None])
QUERIES = st.sampled_from(["", "", "true", "true", "false", "false", "False", "TRUE", "maybe"])
GIVEN = {"approval": st.sampled_from([YES, NO]), "channel": st.sampled_from(["M", "P"]), "origin": st.just("O")}
BY_TYPE = {"type": st.sampled_from(TYPES)}
NEW = st.lists(
    st.fixed_dictionaries(
        BY_TYPE,
        optional=GIVEN
        | {"pk": st.just("mine"), "status": st.sampled_from([CURRENT, PENDING, PENDING, REQUESTED, REQUESTED])}
        | {"extRefNo": st.sampled_from([*NUMBERS, NUMBERS[0]])},
    ),
    min_size=1,
    max_size=2,
)
CLASHING = st.just([{"type": TYPES[0], "extRefNo": each} for each in reversed(NUMBERS)])
WISHES = st.lists(
    st.fixed_dictionaries({"pk": st.integers(0, 3)}, optional=GIVEN)
    | st.fixed_dictionaries(BY_TYPE, optional=GIVEN)
    | st.fixed_dictionaries(BY_TYPE, optional=GIVEN | {"status": st.sampled_from([CURRENT, CURRENT, PENDING])})
    | st.just({}),
    max_size=2,
)
ILL = {
    b"": "a body is required",
    b"{": "the body cannot be read: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
    b"[]": 'body : [] is not of type "object"',
    b'{"optIns":null}': 'body /optIns: null is not of type "array"',
    b'{"optIns":[{"type":""}]}': 'body /optIns/0/type: "" is shorter than 1 character',
    b'{"optIns":[{"type":"x","approval":"true"}]}': f'body /optIns/0/approval: "true" is not one of "{YES}" or "{NO}"',
}
UNREAD = {b"", b"{"}
INCOMPLETE = {
    b"{}": 'body /optIns: "optIns" is a required property',
    b'{"optIns":[]}': "body /optIns: [] has less than 1 item",
    b'{"optIns":[{}]}': 'body /optIns/0/type: "type" is a required property',
    b'{"optIns":[{"type":"x","status":"x"}]}': (
        f'body /optIns/0/status: "x" is not one of "{CURRENT}", "{REQUESTED}" or "{PENDING}"'
    ),
}


def show(row: Row) -> Row:
    """Write a record as answers do."""
    return {name: row[name] for name in MEMBERS if name in row}


def wire(moment: datetime) -> str:
    """Write a moment as the control plane does."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def otherwise(query: str) -> str:
    """Give the approval of a record without one."""
    return NO if query.lower() == "false" else YES


def refused(answer: Answer, status: int, message: str) -> None:
    """See that an answer is this refusal."""
    assert (answer.status, json.loads(answer.body)) == (status, {"status": status, "message": message})


def ill(answer: Answer, kind: str | None, query: str, form: tuple[str | None, bytes]) -> bool:
    """See that what is wrong with a request, if anything is, is told: its media type, or else form and query.

    `form` is what is told of the body, None where it is well, and the body.
    """
    told, body = form
    kinds = {JSON, "Application/JSON; charset=utf-8"} | (set() if body else {None})
    asked = f'query /approval: "{query}" is not of type "boolean"' if query == "maybe" else None
    if kind not in kinds:
        refused(answer, 415, "Unsupported Media Type")
    elif told or asked:
        refused(answer, 400, "; ".join(each for each in (told, None if body in UNREAD else asked) if each))
    return bool(kind not in kinds or told or asked)


def choose(waiting: list[Row], sent: list[Row]) -> list[Row]:
    """Find the record that each one sent means, an empty one where there is none."""
    named = {each.get("pk") for each in sent}
    chosen: list[Row] = []
    for each in sent:
        left = [row for row in waiting if not any(row is one for one in chosen)]
        by_key = [row for row in left if row["pk"] == each.get("pk")]
        by_type = [row for row in left if row["type"] == each.get("type") and row["pk"] not in named]
        chosen.append(next(iter(by_key if "pk" in each else by_type), {}))
    return chosen
