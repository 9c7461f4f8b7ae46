"""What XOMNI is read to do: by address in lower case its status, what was mailed last, and resubscriptions used."""

import json
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from contract_tests.machine import Machine
from contract_tests.target import Answer

START = datetime(1, 1, 1, tzinfo=UTC)
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
JSON = "application/json"
SUBSCRIBED, UNSUBSCRIBED, LIMIT_REACHED, BOUNCED = 1, 2, 3, 4
STATES = {SUBSCRIBED: "opted_in", UNSUBSCRIBED: "opted_out", LIMIT_REACHED: "opted_out", BOUNCED: "unknown"}
PEOPLE = ["zoë+1@x", "a/b@x"]
EMAILS = st.sampled_from([*PEOPLE * 2, "ZOË+1@X", "A/b@x"])
SEGMENTS = st.sampled_from([*PEOPLE * 6, "ZOË+1@X", "A/b@x", "", " ", "a", "a@b@x", "@x", "a@"])
WELL = st.sampled_from([SUBSCRIBED, UNSUBSCRIBED])
BODIES = st.sampled_from([b"", b"{", b"[]", b"{}", b'{"StatusId":null}', b'{"StatusId":"1"}', b'{"StatusId":true}'])
NUMBERS = st.integers(0, 5).map(lambda number: b'{"StatusId":%d}' % number)
PURPOSES = st.sampled_from([1, 2])
ACCOUNTS = st.sampled_from([*["private"] * 5, "management", "wrong", None])
TYPES = st.sampled_from(
    [*[JSON] * 4, "Application/JSON; charset=utf-8", "text/plain", "application/json; charset=utf-16", None]
)


@dataclass(frozen=True)
class Standing:
    """How an address stands, and since when and by which request it does."""

    status: int
    purpose: int
    used: int
    since: str
    request: int | None


Fault = tuple[bool, int, str]
"""Whether it is there, and how it is told."""


def credential_faults(account: str | None) -> list[Fault]:
    """List what may be wrong with who asks."""
    return [
        (account in {"wrong", None}, 401, "Access token is missing or not valid."),
        (account == "management", 403, "Access to this API is not allowed."),
    ]


def address_faults(email: str) -> list[Fault]:
    """List what may be wrong with an address."""
    good = email.count("@") == 1 and not email.startswith("@") and not email.endswith("@")
    return [
        (not email.strip(), 400, "Mail address is required."),
        (not good, 400, "Mail address is not valid."),
    ]


def body_faults(kind: str | None, body: bytes) -> list[Fault]:
    """List what may be wrong with how an update is written; what is not there need not be of a kind."""
    good = {JSON, "Application/JSON; charset=utf-8"} | (set() if body else {None})
    return [
        (kind not in good, 415, "Media type is not supported."),
        (not body, 400, "Request body is required."),
        (body == b"{", 400, "Request body is not valid."),
    ]


class Model(Machine):
    """Any history of updates, mailings, clicks and bounces, with whatever is refused, read back after each step."""

    clauses = ("XOMNI-A01", "XOMNI-A03", "XOMNI-A13", "XOMNI-A14", "XOMNI-A16", "XOMNI-A17", "XOMNI-A31")

    def __init__(self) -> None:
        super().__init__()
        self.limit = 3
        self.known: dict[str, Standing] = {}
        self.names: dict[str, str] = {}

    @initialize(limit=st.sampled_from([1, 0, 2, 3]), purposes=st.lists(PURPOSES, min_size=1, max_size=2))
    def begin(self, limit: int, purposes: list[int]) -> None:
        self.limit = limit
        self.keep(Settings=[{"resubscribe_limit": limit}])
        for email, purpose in zip(PEOPLE, purposes, strict=False):
            self.mail(email, purpose, None)

    def become(self, email: str, status: int, request: int | None, used: int = 0) -> None:
        """Let an address stand otherwise from now on."""
        old = self.known[email.casefold()]
        new = replace(old, status=status, used=old.used + used, since=self.shown_now(), request=request)
        self.known[email.casefold()] = new

    def opted_out(self, email: str, request: int | None) -> None:
        """Unsubscribe who is subscribed, for good once all resubscriptions are used."""
        old = self.known[email.casefold()]
        if old.status == SUBSCRIBED:
            self.become(email, UNSUBSCRIBED if old.used < self.limit else LIMIT_REACHED, request)

    def refused(self, answer: Answer, faults: list[Fault]) -> bool:
        """See that the first of the faults, if there is one, is told."""
        found = next(((status, text) for wrong, status, text in faults if wrong), None)
        if found is None:
            return False
        told = json.loads(answer.body)
        assert GUID.fullmatch(told.pop("IdentifierGuid"))
        tick = (self.now - START) // timedelta(microseconds=1) * 10 + 7
        assert (answer.status, told) == (found[0], {"IdentifierTick": tick, "FriendlyDescription": found[1]})
        assert (answer.headers.get("www-authenticate") == "Bearer") == (answer.status == 401)
        return True

    @rule(email=EMAILS, wanted=WELL)
    def update(self, email: str, wanted: int) -> None:
        self.put(email, b'{"StatusId":%d}' % wanted, "private", JSON)

    @rule(email=EMAILS)
    def turn(self, email: str) -> None:
        self.update(email, UNSUBSCRIBED)
        self.update(email, SUBSCRIBED)

    @rule(email=SEGMENTS, body=NUMBERS | BODIES, account=ACCOUNTS, kind=TYPES)
    def put(self, email: str, body: bytes, account: str | None, kind: str | None) -> None:
        headers = {"content-type": kind}
        operation = "update_mail_subscription_status"
        answer = self.ask(operation, account=account, path={"email": email}, headers=headers, body=body)
        wanted = {b'{"StatusId":1}': SUBSCRIBED, b'{"StatusId":2}': UNSUBSCRIBED}.get(body)
        old = self.known.get(email.casefold())
        barred = {SUBSCRIBED: {LIMIT_REACHED, BOUNCED}, UNSUBSCRIBED: {BOUNCED}, None: set()}[wanted]
        faults = [
            *credential_faults(account),
            *body_faults(kind, body),
            *address_faults(email),
            (wanted is None, 400, "Status id is not valid."),
            (old is None, 404, "Mail subscription info not found."),
            (old is not None and old.status in barred, 409, "Mail address is not subscribable."),
        ]
        if self.refused(answer, faults):
            return
        assert (answer.status, answer.body, answer.headers.get("content-type")) == (200, b"", None)
        if wanted == UNSUBSCRIBED:
            self.opted_out(email, self.sent)
        elif old is not None and old.status == UNSUBSCRIBED:
            self.become(email, SUBSCRIBED, self.sent, used=1)

    @rule(email=EMAILS, purpose=PURPOSES, name=st.sampled_from([None, None, "Zoë", "Nell"]))
    def mail(self, email: str, purpose: int, name: str | None) -> None:
        key = email.casefold()
        old = self.known.get(key, Standing(SUBSCRIBED, purpose, 0, self.shown_now(), None))
        members = {} if name is None else {"pii_name": name}
        if self.happened("mail_sent", email, allowed=old.status == SUBSCRIBED, purpose=purpose, **members):
            self.known[key] = replace(old, purpose=purpose)
            self.names |= {key: name} if name else {}

    @rule(email=EMAILS, event=st.sampled_from(["unsubscribe", "unsubscribe", "bounce"]))
    def unsubscribe_or_bounce(self, email: str, event: str) -> None:
        self.wait(1)  # so that it shows whether anything changed since
        old = self.known.get(email.casefold())
        bounced = old is not None and old.status == BOUNCED
        if event == "unsubscribe" and self.happened(event, email, allowed=old is not None and not bounced):
            self.opted_out(email, None)
        if event == "bounce" and self.happened(event, email, allowed=old is not None) and not bounced:
            self.become(email, BOUNCED, None)

    def happened(self, event: str, email: str, *, allowed: bool, **members: Any) -> bool:
        """Let an event happen that is allowed; see that one that is not is refused, and changes nothing."""
        before = None if allowed else self.fixture()
        assert self.happen(event, email=email, **members) is allowed
        assert allowed or self.fixture() == before
        return allowed

    @rule(email=SEGMENTS, account=ACCOUNTS)
    def fetch(self, email: str, account: str | None) -> None:
        answer = self.ask("fetch_mail_subscription_status", account=account, path={"email": email})
        known = self.known.get(email.casefold())
        missing = (known is None, 404, "Mail subscription info not found.")
        if not self.refused(answer, [*credential_faults(account), *address_faults(email), missing]):
            assert known is not None
            shown = {"PIIName": self.names.get(email.casefold()), "StatusId": known.status}
            shown |= {"PurposeTypeId": known.purpose, "IsSubscribable": known.status == UNSUBSCRIBED}
            assert (answer.status, json.loads(answer.body)) == (200, shown)

    @invariant()
    def everybody_stands_as_the_model_says(self) -> None:
        for email in self.known:
            self.fetch(email, "private")
        shown = {email: standing for (email, *_), standing in self.ledger().items()}
        assert shown == {key: (STATES[each.status], each.since, each.request) for key, each in self.known.items()}
