"""What Omeda is read to do: opt-outs at three levels, opt-ins, and what may be looked up of them."""

import json
import re
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from contract_tests.machine import Machine
from contract_tests.models import _omeda as wire
from contract_tests.models._omeda import Faults, address_faults, client_faults, credential_faults
from contract_tests.models._omeda_queue import Queue, Shown, row, shown_at, written
from contract_tests.target import Answer

GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
STATES = {"IN": "opted_in", "OUT": "opted_out"}
OUT_LEVELS = ("ClientOptOut", "BrandOptOut", "DeploymentTypeOptOut")
IN_LEVELS = ("DeploymentTypeOptIn",)
BRANDS = st.sampled_from([*["XXP", "XXP", "XXQ"] * 2, "XXG", "XXG", "XXZ", "12345"])
OWNERS = {kind: (client, brand) for client, found in wire.BRANDS.items() for brand in found for kind in found[brand]}
CUSTOMERS = {1: ("CLNT1", "a@example.com"), 2: ("CLNT1", "A@Example.com"), 3: ("CLNT2", "{0}@x")}
DELAYS = st.sampled_from([0, 10, 5])
KINDS = st.sampled_from([*["application/json", None] * 4, "Application/JSON; charset=UTF-8", "text/xml"])


class Model(Machine):
    """Any history of submissions at all levels, flags, look-ups and waiting, read back after each step."""

    clauses = (
        *("OMEDA-02", "OMEDA-41", "OMEDA-52", "OMEDA-59", "OMEDA-61", "OMEDA-63", "OMEDA-75", "OMEDA-76", "OMEDA-77"),
        *("OMEDA-79", "OMEDA-A12", "OMEDA-A21", "OMEDA-A23", "OMEDA-A24", "OMEDA-A44", "OMEDA-A48"),
    )

    def __init__(self) -> None:
        super().__init__()
        self.queue = Queue()
        self.flagged = {each: {"XXQ"} for each in CUSTOMERS}

    @initialize(delay=DELAYS, out=wire.NEAR_OUTS, found=wire.NEAR_INS)
    def begin(self, delay: int, out: Any, found: Any) -> None:
        self.rows = self.fixture()
        self.queue.delay = timedelta(seconds=delay)
        customers = [
            {"customer_id": number, "client": client, "email": email, "invalid_brands": ["XXQ"]}
            for number, (client, email) in CUSTOMERS.items()
        ]
        self.keep(Settings=[{"queue_delay_s": delay}], Customer=customers)
        self.opt_near_ones_out_and_in_again(out, found)

    def told(self, answer: Answer, status: int, **body: Any) -> None:
        """Compare a whole body, in its order; a member of ... is a submission's id."""
        found = json.loads(answer.body)
        for name in (name for name, value in body.items() if value is ...):
            assert GUID.fullmatch(found[name])
            body[name] = found[name]
        text = json.dumps(body, separators=(",", ":"), ensure_ascii=False)
        assert (answer.status, answer.body.decode()) == (status, text)

    def refused(self, answer: Answer, faults: Faults, *before: str, after: str = "") -> bool:
        """See that the first group of faults that is there is told, the submission's id at its place."""
        status, lines = next(((status, lines) for status, lines in faults if lines), (0, []))
        if lines:
            errors = {"Errors": [{"Error": line} for line in lines]}
            self.told(answer, status, **dict.fromkeys(before, ...), **errors, **({after: ...} if after else {}))
        return bool(lines)

    @rule(outs=wire.OPT_OUTS | wire.WRONG_OUTS, ins=wire.OPT_INS | wire.WRONG_INS, account=wire.ACCOUNTS, kind=KINDS)
    def submit_anything(self, outs: Any, ins: Any, account: str | None, kind: str | None) -> None:
        client = account if account and account in wire.BRANDS else "XXP"
        self.submit(OUT_LEVELS, outs, account, client, kind)
        self.submit(IN_LEVELS, ins, account, "CLNT1", kind)

    @rule(found=st.one_of([st.tuples(st.just(client), body) for client, body in wire.GOOD_OUTS.items()]))
    def opt_out(self, found: Any) -> None:
        client, body = found
        self.submit(OUT_LEVELS, body, client, client)

    @rule(out=wire.NEAR_OUTS, found=wire.NEAR_INS)
    def opt_near_ones_out_and_in_again(self, out: Any, found: Any) -> None:
        self.submit(OUT_LEVELS, {"DeploymentTypeOptOut": out}, "CLNT1", "CLNT1")
        self.submit(IN_LEVELS, {"DeploymentTypeOptIn": found}, "CLNT1", "CLNT1")

    def submit(self, levels: Any, body: Any, account: str | None, client: str, kind: str | None = None) -> None:
        """Submit to a queue."""
        out = levels is OUT_LEVELS
        raw, path = json.dumps(body).encode(), {"clientAbbreviation": client}
        operation = "opt_out" if out else "opt_in"
        answer = self.ask(operation, account=account, path=path, headers={"content-type": kind}, body=raw)
        faults = [
            *credential_faults(account),
            (400, ["The content type text/xml is not supported."] if kind == "text/xml" else []),
            (400, [*wire.field_lines(body, levels)]),
            *client_faults(client, account),
        ]
        if not any(lines for _, lines in faults):
            faults.append((400, [*wire.id_lines(body, levels, client)]))
        summary = wire.SUMMARIES["OptOut" if out else "OptIn"]
        if self.refused(
            answer, [(status, [*lines, summary] if lines else []) for status, lines in faults], "Submission"
        ):
            return
        if out:
            self.told(answer, 200, SubmissionId=..., Success=wire.SUCCESS)
            self.opted_out(body, client)
        else:
            messages = self.opted_in(body, client)
            self.told(answer, 200, **messages, Submission=..., Success=wire.SUCCESS)

    def brand_faults(self, brand: str, account: str | None) -> Faults:
        """Say what is wrong with a brand."""
        clients = {each["brand_id"]: each["client"] for each in self.rows["Brand"]}
        denied = f"The x-omeda-appid submitted is not authorized for brand {brand}."
        return [
            (404, [] if brand in clients else [f"Brand {brand} was not found."]),
            (403, [] if clients.get(brand) == account else [denied]),
        ]

    def opted_out(self, body: Any, client: str) -> None:
        """Ask for what an opt-out comes to: client before brands before deployment types."""
        brands, types = wire.BRANDS[client], wire.types(client)
        asked = [(each, kind) for each in body.get("ClientOptOut", []) for kinds in brands.values() for kind in kinds]
        for level, member, reach in (
            ("BrandOptOut", "BrandId", brands),
            ("DeploymentTypeOptOut", "DeploymentTypeId", types),
        ):
            asked += [
                (each, kind)
                for each in body.get(level, [])
                for one in wire.as_list(each[member])
                for kind in reach[str(one)]
            ]
        for element, kind in asked:
            self.queue.wish(self.now, self.sent, element, kind, "OUT", "Optout API 2")

    def opted_in(self, body: Any, client: str) -> dict[str, Any]:
        """Ask for what an opt-in comes to; gives the messages about what an opt-out blocks."""
        blocked, types = [], wire.types(client)
        for element in body.get("DeploymentTypeOptIn", []):
            for kind in (kind for each in wire.as_list(element["DeploymentTypeId"]) for kind in types[str(each)]):
                if self.queue.blocks(element["EmailAddress"], kind) and element.get("DeleteOptOut") != 1:
                    blocked.append({"Message": wire.BLOCKED.format(element["EmailAddress"], kind)})
                else:
                    self.queue.wish(self.now, self.sent, element, kind, "IN", "Optin API 2")
        return {"Messages": blocked} if blocked else {}

    @rule(seconds=st.sampled_from([1, 5, 10]))
    def let_time_pass(self, seconds: int) -> None:
        self.wait(seconds)

    @rule(seconds=DELAYS)
    def look_at_what_is_kept_and_change_the_delay(self, seconds: int) -> None:
        self.submit(OUT_LEVELS, {}, "CLNT1", "CLNT1")  # a submission writes down what has come due
        self.queue.settle(self.now)
        found = {(each["email"], each["deployment_type_id"]): each for each in self.fixture()["Filter"]}
        assert found == {(each.wish.email, each.wish.kind): row(each) for each in self.queue.shown.values()}
        self.keep(Settings=[{"queue_delay_s": seconds}])
        self.queue.delay = timedelta(seconds=seconds)
        self.queue.forget()

    @rule(email=wire.SEGMENTS, brand=BRANDS, account=wire.ACCOUNTS)
    def flag(self, email: str, brand: str, account: str | None) -> None:
        path, raw = {"brandAbbreviation": brand}, json.dumps({"EmailAddress": email}).encode()
        answer = self.ask("flag_email_as_invalid", account=account, path=path, body=raw)
        found = [i for i, (client, has) in CUSTOMERS.items() if (client, has.casefold()) == (account, email.casefold())]
        faults = [
            *credential_faults(account),
            *address_faults(email),
            *self.brand_faults(brand, account),
            (404, [] if found else [f"Email address {email} was not found."]),
        ]
        if not self.refused(answer, faults, after="SubmissionId"):
            success = "Email Address has been marked as Invalid for customers"
            self.told(answer, 200, EmailAddress=email, OmedaCustomerIds=found, Success=success)
            for each in found:
                self.flagged[each].add(brand)
            kept = self.fixture()["Customer"]
            assert {each["customer_id"]: {*each["invalid_brands"]} for each in kept} == self.flagged

    def fetch_types(self, brand: str, account: str | None) -> None:
        answer = self.ask("fetch_deployment_types", account=account, path={"brandAbbreviation": brand})
        faults = [*credential_faults(account), *self.brand_faults(brand, account)]
        if not self.refused(answer, faults, "SubmissionId"):
            (known,) = [each for each in self.rows["Brand"] if each["brand_id"] == brand]
            found = [wire.as_told(each) for each in self.rows["DeploymentType"] if each["brand_id"] == brand]
            described = {"Id": known["id"], "Description": known["name"], "BrandAbbrev": brand}
            self.told(answer, 200, SubmissionId=..., **described, DeploymentTypes=found)

    @rule(email=wire.SEGMENTS, brand=BRANDS, account=wire.ACCOUNTS)
    def read(self, email: str, brand: str, account: str | None) -> None:
        self.look_up(email, brand, account)
        self.fetch_types(brand, account)

    def look_up(self, email: str, brand: str, account: str | None) -> None:
        path = {"brandAbbreviation": brand, "emailAddress": email}
        answer = self.ask("look_filters_up", account=account, path=path)
        known = [
            each
            for (person, kind), each in sorted(self.queue.shown.items())
            if person == email.casefold() and OWNERS[kind][0] == account
        ]
        faults = [
            *credential_faults(account),
            *address_faults(email),
            *self.brand_faults(brand, account),
            (404, [] if known else [f"There are no opt-ins/opt-outs for {email}"]),
        ]
        if not self.refused(answer, faults, "Submission"):
            filters = [self.as_looked_up(each) for each in known]
            self.told(answer, 200, Filters=filters, EmailAddress=email, Submission=...)

    def as_looked_up(self, found: Shown) -> dict[str, Any]:
        """Write a filter as look-ups do."""
        wish = found.wish
        (kind,) = [each for each in self.rows["DeploymentType"] if each["deployment_type_id"] == wish.kind]
        return {
            "Source": wish.source,
            "DeploymentTypeId": wish.kind,
            "DeploymentTypeName": kind["name"],
            "DesignationTypeId": 1,
            "Status": wish.status,
            "Brand": OWNERS[wish.kind][1],
            "CreatedDate": written(found.created),
            "ChangedDate": written(wish.due),
        }

    @invariant()
    def look_ups_and_the_ledger_are_as_the_model_says(self) -> None:
        self.queue.settle(self.now)
        for person in ("A@Example.com", "{0}@x"):
            self.look_up(person, "XXP", "CLNT1")
        shown = {(email, int(kind)): standing for (email, _, kind), standing in self.ledger().items()}
        assert shown == {
            key: (STATES[each.wish.status], each.since and shown_at(each.since), each.request)
            for key, each in self.queue.shown.items()
        }
