import pytest

from tests.vendors.loop_desk import START, loop_of
from tests.vendors.omeda_desk import BLOCKED

EMAIL = "a+b@example.com"
SEGMENT = "a%2Bb@example.com"
CLIENT = "/webservices/rest/client/CLNT1"
BRAND = "/webservices/rest/brand/XXP"


@pytest.fixture
def loop(live):
    with loop_of(live[0], "omeda") as found:
        yield found


def opt_out(loop, level="DeploymentTypeOptOut", **element):
    body = {level: [{"EmailAddress": EMAIL, **element}]}
    return loop.ask("POST", f"{CLIENT}/optoutfilterqueue/*", json=body).json()


def opt_in(loop, types, **element):
    body = {"DeploymentTypeOptIn": [{"EmailAddress": EMAIL, "DeploymentTypeId": types, **element}]}
    return loop.ask("POST", f"{CLIENT}/optinfilterqueue/*", json=body).json()


def assert_standing(loop, **states):
    """The look-up and the ledger agree: by deployment type the status, since when, by which request."""
    standing = {kind.removeprefix("t"): each for kind, each in states.items()}
    answer = loop.ask("GET", f"{BRAND}/filter/email/{SEGMENT}/*", 200 if standing else 404).json()
    shown = {str(each["DeploymentTypeId"]): each["Status"] for each in answer.get("Filters", ())}
    assert shown == {kind: each[0] for kind, each in standing.items()}
    words = {"IN": "opted_in", "OUT": "opted_out"}
    assert loop.ledger(EMAIL) == {kind: (words[state], *rest) for kind, (state, *rest) in standing.items()}


@pytest.mark.clause("OMEDA-75", "OMEDA-76", "OMEDA-77", "OMEDA-81", "OMEDA-83", "OMEDA-A21", "OMEDA-A23", "OMEDA-A44")
def test_an_address_goes_out_stays_out_comes_back_and_goes_out_again(loop):
    assert_standing(loop)
    opt_out(loop, DeploymentTypeId=23)
    out = ("OUT", START, loop.sent)
    assert_standing(loop, t23=out)
    loop.wait(advance_s=60)
    opt_out(loop, DeploymentTypeId="23", Source="again")
    assert_standing(loop, t23=out)
    answer = opt_in(loop, [23, 25])
    assert answer["Messages"] == [{"Message": BLOCKED.format(EMAIL, 23)}]
    coming = ("IN", loop.wait(advance_s=0), loop.sent)
    assert_standing(loop, t23=out, t25=coming)
    now = loop.wait(advance_s=60)
    assert "Messages" not in opt_in(loop, [23, 25], DeleteOptOut=1)
    back = ("IN", now, loop.sent)
    assert_standing(loop, t23=back, t25=coming)
    now = loop.wait(advance_s=60)
    opt_out(loop, "BrandOptOut", BrandId="XXP")
    gone = ("OUT", now, loop.sent)
    assert_standing(loop, t23=gone, t25=gone, t26=gone)
    loop.wait(advance_s=60)
    opt_out(loop, "ClientOptOut")
    everywhere = ("OUT", loop.wait(advance_s=0), loop.sent)
    rest = dict.fromkeys(("t27", "t28", "t33", "t34", "t36"), everywhere)
    assert_standing(loop, t23=gone, t25=gone, t26=gone, **rest)


@pytest.mark.clause("OMEDA-A18", "OMEDA-A48")
def test_a_queue_with_a_delay_shows_a_submission_when_it_is_due(loop):
    loop.keep(loop.state() | {"Settings": [{"queue_delay_s": 600}]})
    opt_out(loop, DeploymentTypeId=23)
    sent = loop.sent
    assert_standing(loop)
    loop.wait(advance_s=300)
    assert opt_in(loop, 23)["Messages"] == [{"Message": BLOCKED.format(EMAIL, 23)}]
    assert "Messages" not in opt_in(loop, 23, DeleteOptOut=1)
    back = loop.sent
    loop.wait(advance_s=299)
    assert_standing(loop)
    due = loop.wait(advance_s=1)
    assert_standing(loop, t23=("OUT", due, sent))
    later = loop.wait(advance_s=300)
    assert_standing(loop, t23=("IN", later, back))
    loop.wait(advance_s=3600)
    opt_out(loop, DeploymentTypeId=25)  # writes down what was due long ago
    assert_standing(loop, t23=("IN", later, back))
    assert [each["deployment_type_id"] for each in loop.state()["Queued"]] == [25]


@pytest.mark.clause("OMEDA-89", "OMEDA-A47")
def test_an_address_that_is_flagged_keeps_its_standing(loop):
    customer = {"customer_id": 7, "client": "CLNT1", "email": EMAIL.upper()}
    loop.keep(loop.state() | {"Customer": [customer]})
    opt_out(loop, DeploymentTypeId=23)
    out = ("OUT", START, loop.sent)
    for brand in ("XXP", "XXD", "XXP"):
        path = f"/webservices/rest/brand/{brand}/email/invalid/*"
        assert loop.ask("POST", path, json={"EmailAddress": EMAIL}).json()["OmedaCustomerIds"] == [7]
    assert loop.state()["Customer"] == [customer | {"invalid_brands": ["XXD", "XXP"]}]
    assert_standing(loop, t23=out)
