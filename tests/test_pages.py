"""The pages' sample requests, sent over a socket, are answered as the pages say."""

import json
import re
from pathlib import Path

import httpx
import pytest
import yaml

PAGES = Path(__file__).parent / "vendors"
OMEDA, EXPOINTS, AIMBASE = (
    yaml.safe_load((PAGES / f"{name}_page.yaml").read_text()) for name in ("omeda", "expoints", "aimbase")
)
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TOKENS = {
    "xomni": {"Authorization": "Bearer dc8f1dcdbe454da8a25621839a93569337522968019e4bd7becd6e01285444da"},
    "expoints": {"Authorization": "Bearer expoints-token"},
    "aimbase": {"Authenticate": "Avala-Api demo:1ea0934d-ef65-4ae2-b513-8ed5d8a64e52"},
}


def test_xomni_s_sample(live):
    headers = {**TOKENS["xomni"], "Accept": "application/vnd.xomni.api-v4-1, */*", "Content-Type": "application/json"}
    answer = httpx.get(f"{live[0]}/xomni/private/mail/subscription/guy@example.com/status", headers=headers)
    assert answer.text == '{"PIIName":"XOMNI Guy","StatusId":1,"PurposeTypeId":1,"IsSubscribable":false}'


def part(*levels):
    """The page's request, cut down to what each of its failures speaks of."""
    whole = json.loads(OMEDA["request"])
    whole["BrandOptOut"] = whole["BrandOptOut"][:1]
    return {level: whole[level] for level in levels}


@pytest.mark.parametrize(
    ("client", "body", "status", "expected"),
    [
        (2, json.loads(OMEDA["request"]), 200, "success"),
        (3, part("ClientOptOut"), 400, "no_brands"),
        (1, part("BrandOptOut"), 400, "brands"),
        (1, part("DeploymentTypeOptOut"), 400, "types"),
    ],
)
def test_omeda_s_samples(live, client, body, status, expected):
    url = f"{live[0]}/omeda/webservices/rest/client/CLNT{client}/optoutfilterqueue/*"
    appid = GUID.sub(lambda found: re.sub("1", str(client), found[0]), "11111111-1111-1111-1111-111111111111")
    answer = httpx.post(url, headers={"x-omeda-appid": appid, "content-type": "application/json"}, json=body)
    shown = GUID.sub("an id", json.dumps(json.loads(OMEDA[expected])))
    assert (answer.status_code, GUID.sub("an id", json.dumps(answer.json()))) == (status, shown)


@pytest.mark.parametrize(
    ("media_type", "kind", "before", "after"),
    [("application/json", "json", '"Email": "', '"'), ("application/xml", "xml", "<d2p1:Email>", "<")],
)
def test_expoints_samples(live, media_type, kind, before, after):
    # the page's two samples differ in the address, which is echoed
    body = EXPOINTS[f"request_{kind}"].replace(f"{before}sample string 1{after}", f"{before}sample string 2{after}")
    url = f"{live[0]}/expoints/external/api/v3/customer/checkoptouts"
    headers = {**TOKENS["expoints"], "content-type": media_type, "accept": media_type}
    answer = httpx.post(url, headers=headers, content=body)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == f"{media_type}; charset=utf-8"
    expected = EXPOINTS[f"answer_{kind}"]
    if kind == "json":
        assert answer.json() == json.loads(expected)
    else:
        assert answer.text == re.sub(r">\s+<", "><", expected).strip()


@pytest.mark.parametrize("row", AIMBASE["queries"], ids=lambda row: row["says"])
def test_aimbase_s_sample_queries(live, row):
    option, _, value = row["query"].partition("=")
    path = row["path"].replace("SubsriberOptIn", "SubscriberOptIn")  # the page's slip, which --lenient takes
    answer = httpx.get(f"{live[0]}/aimbase{path}", headers=TOKENS["aimbase"], params={option: value})
    assert answer.status_code == 200
    assert bool(answer.json()["value"]) == bool(row["ids"])


def test_aimbase_s_sample_answer(live):
    url = f"{live[0]}/aimbase"
    answer = httpx.get(
        f"{url}/odata/v2/SubscriberOptIn", headers=TOKENS["aimbase"], params={"$filter": "Email eq 'test@test.com'"}
    )
    assert answer.json() == json.loads(AIMBASE["body"].replace("https://{baseurl}", url))
    sent = ("Content-Type", "OData-Version", "Cache-Control", "Pragma", "Expires", "api-supported-versions")
    for name in sent:
        assert answer.headers[name] == AIMBASE["headers"][name]
