"""What Aimbase is read to do: subscribers by address in lower case, tokens with the time of their issue."""

import json
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from contract_tests.machine import Machine
from contract_tests.target import Answer

CENTRAL = ZoneInfo("America/Chicago")
LIFE = timedelta(minutes=20)
JSON = {"content-type": "application/json"}
DENIED = "Authorization has been denied for this request."
REQUIRED = "The {} field is required."
MISFIT = "The field {} is invalid."
NOBODY = {"error": {"code": "", "message": "No entity with that key was found."}}
LISTS_MISSING = "For subscriber type code NewsletterList a value is required in the OptInListIds property."
EMAILS = st.sampled_from(["a@b.com", "A@b.com", "o'brien+1@example.com", "zoë@example.com"])
DAYS = ["2020-07-04", "2020-01-04", "2020-02-30", "1883-12-31", "07/04/2020"]
WELL = st.fixed_dictionaries(
    {
        "Email": EMAILS,
        "SubscriberTypeCode": st.just("Newsletter"),
        "CountryCode": st.sampled_from(["US", "CA"]),
        "IsCommunicationOptIn": st.booleans(),
        "IsCommunicationOptInIpAddress": st.just("203.0.113.7"),
        "IsCommunicationOptInDate": st.sampled_from(DAYS[:2]),
    }
)
ILL = st.fixed_dictionaries(
    {
        "Email": EMAILS,
        "SubscriberTypeCode": st.sampled_from(["Newsletter", "NewsletterList", "Odd", " ", None]),
        "CountryCode": st.sampled_from(["US", "US", "usa", ""]),
        "IsCommunicationOptIn": st.sampled_from([True, True, False, "true", None]),
        "IsCommunicationOptInIpAddress": st.sampled_from([None, "", "203.0.113.7", "1" * 50, "1" * 51]),
        "IsCommunicationOptInDate": st.sampled_from([None, *DAYS]),
        "IsCommunicationOptInSource": st.sampled_from([None, "Website", "x" * 51]),
        "OptInListIds": st.sampled_from([None, [], [101], [102, 101], [101, 9]]),
    }
)
BOUNCED = {"EmailDeliverabilityStatus": "Hard Bounce"}
ALWAYS = {"resubscribe": {"SubscriberStatus": "Subscribed"}, "hard_bounce": BOUNCED}
STATUSES = ["Subscribed", "Unsubscribed", "Unsubscribed-Partial"]


def central(moment: datetime) -> str:
    """Write a moment as answers do; the model's have whole seconds."""
    return moment.astimezone(CENTRAL).isoformat()


def midnight(day: str | None) -> str | None:
    """Write a date as the midnight at its start."""
    return day and central(datetime.combine(datetime.fromisoformat(day), time(), CENTRAL))


def state(row: dict[str, Any]) -> str:
    """Tell how a row stands."""
    if row["SubscriberStatus"] != "Subscribed":
        return "opted_out"
    return "opted_in" if row["IsOptedIn"] else "unknown"


def refused(answer: Answer, status: int, faults: list[tuple[str, bool]]) -> bool:
    """See that the first of the faults, if there is one, is told."""
    text = next((text for text, wrong in faults if wrong), None)
    if text is not None:
        assert (answer.status, json.loads(answer.body)) == (status, {"Message": text})
    return text is not None


class Model(Machine):
    """Any history of submissions, logins, events and waiting, read back after each step."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: dict[str, dict[str, Any]] = {}
        self.since: dict[str, tuple[str, int | None]] = {}
        self.tokens: list[tuple[str, datetime]] = []

    def change(self, email: str, request: int | None, **fields: Any) -> None:
        """Change a row, or add one; since when it stands so changes with its state only."""
        key = email.casefold()
        new = {
            "Id": len(self.rows) + 1,
            "Email": email,
            **dict.fromkeys(("IsOptedIn", "IpAddress", "OptInDate", "OptInSource", "CountryCode")),
            "CreateDate": central(self.now),
            "UpdateDate": None,
            "EmailDeliverabilityStatus": "Active",
            "SubscriberStatus": "Subscribed",
        }
        row = self.rows.get(key, new) | fields | {"UpdateDate": central(self.now)}
        if key not in self.rows or state(row) != state(self.rows[key]):
            self.since[key] = self.shown_now(), request
        self.rows[key] = row

    @initialize(bodies=st.lists(WELL, min_size=2, max_size=4))
    def begin(self, bodies: list[dict[str, Any]]) -> None:
        self.log_in("demo", "demo-password", None, None)
        for body in bodies:
            self.submit(body, "ACME", 0)

    @rule(
        name=st.sampled_from(["demo", "Demo", "", None, "x" * 51]),
        password=st.sampled_from(["demo-password", "demo-password", "Demo-password", None]),
        kind=st.sampled_from([None, "Api", "Mobile", "Robot"]),
        code=st.sampled_from([None, "A1", "x" * 257]),
    )
    def log_in(self, name: str | None, password: str | None, kind: str | None, code: str | None) -> None:
        body = {"Username": name, "Password": password, "Type": kind, "DeviceCode": code}
        answer = self.ask("log_in", account=None, headers=JSON, body=json.dumps(body).encode())
        faults = [
            (REQUIRED.format("Username"), not name),
            (MISFIT.format("Username"), len(name or "") > 50),
            (REQUIRED.format("Password"), password is None),
            (MISFIT.format("Type"), kind == "Robot"),
            (MISFIT.format("DeviceCode"), len(code or "") > 256),
            (REQUIRED.format("DeviceCode"), kind == "Mobile" and code is None),
        ]
        wrong = [("Incorrect Username/Password", (name, password) != ("demo", "demo-password"))]
        if not refused(answer, 400, faults) and not refused(answer, 401, wrong):
            assert answer.status == 200
            self.tokens.append((json.loads(answer.body), self.now))

    def credential(self, number: int | None) -> tuple[dict[str, str], bool]:
        """Give the header of a token, with whether it is good: the fixture's for None."""
        if number is None or not self.tokens:
            return {}, True
        token, issued = self.tokens[number % len(self.tokens)]
        return {"authenticate": f"Avala-Api {token}"}, self.now - issued < LIFE

    @rule(body=WELL | ILL, manufacturer=st.sampled_from(["ACME"] * 3 + [""]), token=st.none() | st.integers(0, 5))
    def submit(self, body: dict[str, Any], manufacturer: str, token: int | None) -> None:
        header, good = self.credential(token)
        query, raw = f"manufacturer={manufacturer}", json.dumps(body).encode()
        answer = self.ask("submit_subscriber", query=query, headers=JSON | header, body=raw)
        if refused(answer, 401, [(DENIED, not good)]) or refused(answer, 400, self.faults(body, manufacturer)):
            return
        assert (answer.status, answer.body) == (201, b"")
        self.change(
            self.spelt(body["Email"]),
            self.sent,
            IsOptedIn=body["IsCommunicationOptIn"],
            IpAddress=body["IsCommunicationOptInIpAddress"] or None,
            OptInDate=midnight(body["IsCommunicationOptInDate"]),
            OptInSource=body.get("IsCommunicationOptInSource"),
            CountryCode=body["CountryCode"],
        )

    def spelt(self, email: str) -> str:
        """Give an address as its subscriber has it, itself for a stranger."""
        return str(self.rows.get(email.casefold(), {"Email": email})["Email"])

    @staticmethod
    def faults(body: dict[str, Any], manufacturer: str) -> list[tuple[str, bool]]:
        """List what may be wrong with a submission, in the order in which it is told."""
        kind, country, agrees = body["SubscriberTypeCode"], body["CountryCode"], body["IsCommunicationOptIn"]
        address, day = body["IsCommunicationOptInIpAddress"], body["IsCommunicationOptInDate"]
        lists = body.get("OptInListIds") or []
        return [
            (REQUIRED.format("SubscriberTypeCode"), not (kind or "").strip()),
            (REQUIRED.format("CountryCode"), not country),
            (MISFIT.format("CountryCode"), country == "usa"),
            (REQUIRED.format("IsCommunicationOptIn"), agrees is None),
            (MISFIT.format("IsCommunicationOptIn"), agrees == "true"),
            (MISFIT.format("IsCommunicationOptInIpAddress"), len(address or "") > 50),
            (MISFIT.format("IsCommunicationOptInDate"), day == "07/04/2020"),
            (MISFIT.format("IsCommunicationOptInSource"), len(body.get("IsCommunicationOptInSource") or "") > 50),
            (REQUIRED.format("manufacturer"), not manufacturer),
            (REQUIRED.format("IsCommunicationOptInIpAddress"), agrees and not address),
            (REQUIRED.format("IsCommunicationOptInDate"), agrees and day is None),
            (LISTS_MISSING, kind == "NewsletterList" and not lists),
            ("A value provided in the OptInListIds property was not valid.", 9 in lists),
            (MISFIT.format("IsCommunicationOptInDate"), day in {"2020-02-30", "1883-12-31"}),
        ]

    @rule(email=EMAILS)
    def opt_in(self, email: str) -> None:
        assert self.happen("opt_in", email=email)
        self.change(self.spelt(email), None, IsOptedIn=True, OptInDate=central(self.now))

    @rule(email=EMAILS, partial=st.sampled_from([None, False, True]))
    def unsubscribe(self, email: str, partial: bool | None) -> None:  # noqa: FBT001 - drawn by name
        out = self.rows.get(email.casefold(), {}).get("SubscriberStatus") == "Unsubscribed"
        status = "Unsubscribed-Partial" if partial and not out else "Unsubscribed"
        members = {} if partial is None else {"partial": partial}
        self.happened("unsubscribe", email, members, SubscriberStatus=status)

    @rule(email=EMAILS, event=st.sampled_from(sorted(ALWAYS)))
    def resubscribe_or_bounce_for_good(self, email: str, event: str) -> None:
        self.happened(event, email, {}, **ALWAYS[event])

    @rule(email=EMAILS)
    def soft_bounce(self, email: str) -> None:
        row = self.rows.get(email.casefold())
        if row and row["EmailDeliverabilityStatus"] == "Hard Bounce":
            assert not self.happen("soft_bounce", email=email)
        else:
            self.happened("soft_bounce", email, {}, EmailDeliverabilityStatus="Soft Bounce")

    def happened(self, event: str, email: str, members: dict[str, Any], **fields: Any) -> None:
        """Let an event happen to a subscriber, who has to be known."""
        assert self.happen(event, email=email, **members) == (email.casefold() in self.rows)
        if email.casefold() in self.rows:
            self.change(self.spelt(email), None, **fields)

    @rule(seconds=st.sampled_from([0, 1, 599, 600, 1199, 1200]), token=st.integers(0, 5))
    def a_token_is_good_for_twenty_minutes(self, seconds: int, token: int) -> None:
        self.wait(seconds)
        header, good = self.credential(token)
        answer = self.ask("count_subscriber_opt_ins", headers=header)
        refusal = {"error": {"code": "", "message": DENIED}}
        assert (answer.status, json.loads(answer.body)) == ((200, len(self.rows)) if good else (401, refusal))

    @rule(status=st.sampled_from(STATUSES), agreed=st.booleans(), top=st.integers(0, 3))
    def filter_and_count(self, status: str, agreed: bool, top: int) -> None:  # noqa: FBT001 - drawn by name
        condition = f"SubscriberStatus eq '{status}' and IsOptedIn eq {str(agreed).lower()}"
        query = f"$filter={quote(condition)}&$count=true&$top={top}&$orderby=Id%20desc"
        told = json.loads(self.ask("query_subscriber_opt_ins", query=query).body)
        found = [row for row in self.rows.values() if (row["SubscriberStatus"], row["IsOptedIn"]) == (status, agreed)]
        assert (told["@odata.count"], told["value"]) == (len(found), found[::-1][:top])

    @rule(email=EMAILS)
    def find_an_address_to_the_letter(self, email: str) -> None:
        condition = "Email eq '" + email.replace("'", "''") + "'"
        told = self.ask("query_subscriber_opt_ins", query=f"$filter={quote(condition)}")
        assert json.loads(told.body)["value"] == [row for row in self.rows.values() if row["Email"] == email]

    @rule(number=st.integers(1, 5))
    def fetch_by_key(self, number: int) -> None:
        answer = self.ask("read_subscriber_opt_in", path={"key": str(number)})
        row = next((row for row in self.rows.values() if row["Id"] == number), None)
        told = json.loads(answer.body)
        told.pop("@odata.context", None)
        (entity_set,) = json.loads(self.ask("read_service_document").body)["value"]
        assert entity_set["name"].encode() in self.ask("read_metadata").body
        assert (answer.status, told) == ((200, row) if row else (404, NOBODY))

    @invariant()
    def the_collection_and_the_ledger_are_as_the_model_says(self) -> None:
        assert json.loads(self.ask("query_subscriber_opt_ins").body)["value"] == list(self.rows.values())
        shown = {email: standing for (email, *_), standing in self.ledger().items()}
        assert shown == {key: (state(row), *self.since[key]) for key, row in self.rows.items()}
