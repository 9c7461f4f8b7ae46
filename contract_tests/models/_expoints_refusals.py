"""What Expoints is read to refuse, and which of several faults it tells."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from hypothesis import strategies as st
from hypothesis.stateful import rule

from contract_tests.models import _expoints as wire
from contract_tests.models._expoints_book import ACCOUNTS, Book

DENIED = "Authorization has been denied for this request."
FORBIDDEN = "Server refuses to authorize the request."
TOO_MANY = "Too many requests in a given amount of time."
UNAVAILABLE = "The server is unable to proces the request at the moment, try again later."
NO_TYPE = (
    "The request contains an entity body but no Content-Type header. "
    "The inferred media type 'application/octet-stream' is not supported for this resource."
)
TYPE = "The request entity's media type 'text/plain' is not supported for this resource."
NO_ROUTE = "No HTTP resource was found that matches the request URI '{}{}x'."
NO_METHOD = "The requested resource does not support http method 'PUT'."
MINUTE = timedelta(minutes=1)
PAGE, XML = "application/json", "application/xml"
CHECK, DELETE = "check_opt_outs", "delete_opt_out"
DATUM = "request.Customers[0].CustomerDataColumns[0]"
ROOT = f'xmlns="{wire.REQUESTS}"'
MISREAD = [
    (CHECK, PAGE, "{", {"request": wire.FAILED}),
    (CHECK, PAGE, "[]", {"request": wire.FAILED}),
    (CHECK, PAGE, "null", {}),
    (CHECK, PAGE, "", {}),
    (CHECK, PAGE, "{}", {"request.Customers": "The Customers field is required."}),
    (CHECK, PAGE, '{"Customers":null}', {"request.Customers": "The Customers field is required."}),
    (CHECK, PAGE, '{"Customers":{}}', {"request.Customers": wire.FAILED}),
    (CHECK, PAGE, '{"Customers":[null,{"Email":[]}]}', {"request.Customers[1].Email": wire.FAILED}),
    (
        CHECK,
        PAGE,
        '{"Customers":[{"CustomerDataColumns":[null]},null]}',
        {DATUM: wire.FAILED, "request.Customers[1]": wire.FAILED},
    ),
    (
        CHECK,
        "text/json",
        '{"customers":[{"customerDataColumns":[{"customerDataColumnId":8.5,"isEncrypted":"yes"}]}]}',
        {f"{DATUM}.CustomerDataColumnId": wire.FAILED, f"{DATUM}.IsEncrypted": wire.FAILED},
    ),
    (CHECK, XML, "<", {"request": wire.FAILED}),
    (CHECK, XML, f"<DeleteOptOutRequest {ROOT} />", {"request": wire.FAILED}),
    (CHECK, "text/xml", f"<GetCheckOptOutRequest {ROOT} />", {"request.Customers": "The Customers field is required."}),
    (DELETE, PAGE, "}", {"request": wire.FAILED}),
    (DELETE, PAGE, "null", {}),
    (DELETE, PAGE, '{"Email":{},"Data":[null]}', {"request.Email": wire.FAILED}),
    (DELETE, PAGE, '{"Data":[null]}', {"request.Data[0]": wire.FAILED}),
    (
        DELETE,
        "text/json",
        '{"data":[{"customerDataColumnId":null,"value":"1"}]}',
        {"request.Data[0].CustomerDataColumnId": wire.FAILED},
    ),
    (DELETE, XML, f"<GetCheckOptOutRequest {ROOT} />", {"request": wire.FAILED}),
    (DELETE, "text/xml", f"<DeleteOptOutRequest {ROOT} />", {}),
]
"""Bodies that do not fit: operation, media type, body, what is told of which place."""
ALLOWED = {CHECK: "POST", DELETE: "DELETE"}
LIMITS = {
    None: None,
    "7": None,
    "0": wire.NOT_VALID.format("0", "Limit"),
    "x": wire.NOT_VALID.format("x", "Limit"),
    "": wire.REQUIRED,
    "2147483648": wire.FAILED,
}
FLAGS = {
    None: None,
    "true": None,
    "": wire.REQUIRED,
    "yes": wire.NOT_VALID.format("yes", "IncludeTestRecords"),
}
COLUMN_IDS = {
    None: None,
    "8": None,
    "": wire.REQUIRED,
    "x": wire.NOT_VALID.format("x", "CustomerDataColumnId"),
}
DAYS = {
    None: None,
    "2025-11-01": None,
    "": None,
    "yesterday": "The value 'yesterday' is not valid for {}.",
    "2025-13-01": "The value '2025-13-01' is not valid for {}.",
    "20251101": "The value '20251101' is not valid for {}.",
}


class Refusals(Book):
    """Requests that nobody should send, one fault or several in each."""

    def __init__(self) -> None:
        super().__init__()
        self.window: tuple[datetime, int] | None = None

    def denied(self, token: str | None) -> tuple[int, str, dict[str, str]] | None:
        """Tell how a token is refused, if it is; one with a limit is counted."""
        account = ACCOUNTS.get(token or "")
        if account is None or ("expires" in account and datetime.fromisoformat(account["expires"]) <= self.now):
            return 401, DENIED, {"www-authenticate": "Bearer"}
        if "right" in account:
            return 403, FORBIDDEN, {}
        if "maintenance" in account:
            return 503, UNAVAILABLE, {"retry-after": "60"}
        if "requests_per_minute" not in account:
            return None
        if self.window is None or self.now - self.window[0] >= MINUTE:
            self.window = self.now, 0
        began, used = self.window
        if used == account["requests_per_minute"]:
            return 429, TOO_MANY, {"retry-after": str((began + MINUTE - self.now).seconds or 60)}
        self.window = began, used + 1
        return None

    @rule(
        sent=st.sampled_from(MISREAD),
        miss=st.sampled_from([None, None, None, "path", "method", "type", "no type"]),
        token=st.sampled_from(["expoints", "expoints", *ACCOUNTS, "unknown", None]),
        accept=st.sampled_from([None, *wire.KINDS]),
    )
    def tell_the_first_fault_of_a_body(
        self, sent: Any, miss: str | None, token: str | None, accept: str | None
    ) -> None:
        operation, kind, body, state = sent
        path = self.operations[operation].path
        wrong = {"path": {"raw_path": f"{path}x"}, "method": {"method": "PUT"}}.get(miss or "", {})
        kind = {"type": "text/plain", "no type": None}.get(miss or "", kind)
        answer = self.tell(operation, kind, accept, token, body=body.encode(), **wrong)
        told = wire.answered(accept, kind)
        if miss == "path":
            self.refused(answer, told, 404, NO_ROUTE.format(self.target.base_url, path))
        elif miss == "method":
            self.refused(answer, told, 405, NO_METHOD, headers={"allow": ALLOWED[operation]})
        elif denied := self.denied(token):
            self.refused(answer, told, *denied[:2], headers=denied[2])
        elif kind in wire.KINDS or not (kind or body):
            self.refused(answer, told, 400, wire.INVALID, state)
        else:
            self.refused(answer, told, 415, TYPE if kind else NO_TYPE)

    @rule(
        token=st.sampled_from([*ACCOUNTS, "limited", "unknown", None]),
        archived=st.sampled_from(["", "x"]),
        ids=st.sampled_from([[], ["1", "x"]]),
        accept=st.sampled_from([None, *wire.KINDS]),
    )
    def tell_the_first_fault_of_a_list_of_columns(
        self, token: str | None, archived: str, ids: list[str], accept: str | None
    ) -> None:
        query = urlencode([("Archived", archived), *(("CustomerDataColumnIds", each) for each in ids)])
        answer, told = self.tell("list_columns", None, accept, token, query=query), wire.answered(accept, None)
        state = {"Archived": wire.NOT_VALID.format("x", "Archived")} if archived else {}
        if ids:
            state["CustomerDataColumnIds"] = wire.NOT_VALID.format("x", "Int32")
        if denied := self.denied(token):
            self.refused(answer, told, *denied[:2], headers=denied[2])
        elif state:
            self.refused(answer, told, 400, wire.INVALID, state)
        else:
            self.told(answer, told, {"CustomerDataColumns": self.columns}, wire.columns_in_xml)

    @rule(
        limit=st.sampled_from([*LIMITS]),
        flag=st.sampled_from([*FLAGS]),
        column=st.sampled_from([*COLUMN_IDS]),
        days=st.tuples(st.sampled_from([*DAYS]), st.sampled_from([*DAYS])),
        cursor=st.sampled_from(["", "x", "W10="]),
        kind=st.sampled_from(wire.KINDS),
    )
    def tell_all_parameters_that_cannot_be_bound(
        self, limit: str, flag: str, column: str, days: tuple[str, str], cursor: str, kind: str
    ) -> None:
        """What cannot be read afterwards, of dates and cursor, is told one at a time."""
        start, end = days
        wishes = {
            "IncludeTestRecords": (flag, FLAGS[flag]),
            "Limit": (limit, LIMITS[limit]),
            "DataFilters[0].CustomerDataColumnId": (column, COLUMN_IDS[column]),
        }
        later = {
            "TransactionDateFilter.From": (start, DAYS[start] and DAYS[start].format("From")),
            "OptOutDateFilter.To": (end, DAYS[end] and DAYS[end].format("To")),
            "Cursor": (cursor, cursor and wire.NOT_VALID.format(cursor, "Cursor")),
        }
        query = urlencode([(name, text) for name, (text, _) in (wishes | later).items() if text is not None])
        answer = self.tell("list_opt_outs", accept=kind, query=query)
        state = {name: text for name, (_, text) in wishes.items() if text}
        first = {name: text for name, (_, text) in later.items() if text}
        if state or first:
            self.refused(answer, kind, 400, wire.INVALID, state or dict([*first.items()][:1]))
        else:
            assert answer.status == 200
