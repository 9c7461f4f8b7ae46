"""What Omeda's model sends, and what the vendor is read to find wrong with it, line by line."""

from collections.abc import Iterator, Mapping
from typing import Any

from hypothesis import strategies as st

BRANDS: Mapping[str, Mapping[str, list[int]]] = {
    "CLNT1": {"XXP": [23, 25, 26], "XXD": [27, 28], "XXQ": [33, 34, 36]},
    "CLNT2": {"XXG": [4194], "XXH": [4804], "XXL": [4807], "XXM": []},
    "CLNT3": {},
}
"""The active deployment types of each client's brands."""
INACTIVE = {"24": "CLNT1"}
SUCCESS = "Your submission was successful"
SUMMARIES = {
    each: f"There were errors with your submission.  None of the {each}s submitted in your request were created."
    for each in ("OptOut", "OptIn")
}
BLOCKED = (
    "ClientOptIn submission: the DeleteOptOut element was not set to delete OptOuts. Email address {} already has an "
    "OptOut and it was not Opted In for deployment type id {}."
)
DENIED = "The x-omeda-appid submitted is missing or not valid."
NOT_AN_OBJECT = "The request body is not a valid JSON object."
NO_BRANDS = "There are currently no valid brands associated for the client submitted."
MEMBERS = {
    "ClientOptOut": ("EmailAddress", "Source"),
    "BrandOptOut": ("EmailAddress", "BrandId", "Source"),
    "DeploymentTypeOptOut": ("EmailAddress", "DeploymentTypeId", "Source", "PromoCode"),
    "DeploymentTypeOptIn": ("EmailAddress", "DeploymentTypeId", "DeleteOptOut", "Source", "PromoCode"),
}
IDS = {"BrandId", "DeploymentTypeId"}

PEOPLE = ["a@example.com", "{0}@x"]
SPELLINGS = [*PEOPLE * 2, "A@Example.com", "{0}@X"]
EMAILS = st.sampled_from(SPELLINGS)
SEGMENTS = st.sampled_from([*SPELLINGS, "a.example.com"])
ACCOUNTS = st.sampled_from([*["CLNT1"] * 6, "CLNT2", "CLNT2", "CLNT3", "wrong", None])
BRAND_IDS = st.sampled_from([*BRANDS["CLNT1"], *BRANDS["CLNT2"]] * 2 + ["XXZ", "xxp", 23, "{}"])
OWN = [*["23", 23, 25], 26, 27, 36, *["24", 24]]
TYPE_IDS = st.sampled_from([*OWN, 4194, "4804", 46, "46", 0, "XXP", "023"])
SOURCES = {"Source": st.sampled_from(["", "Company FGH", "Optout API 2."])}
PROMO_CODES = {"PromoCode": st.sampled_from(["", "SPRING18"])}


def several(ids: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Draw one id, or an array of them."""
    return ids | st.lists(ids, min_size=1, max_size=3)


def elements(optional: Mapping[str, Any], **more: Any) -> st.SearchStrategy[Any]:
    """Draw the elements of one level."""
    element = st.fixed_dictionaries({"EmailAddress": EMAILS, **more}, optional={**optional})
    return st.lists(element, min_size=1, max_size=2)


def opt_outs(brand_ids: st.SearchStrategy[Any], type_ids: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Draw a submission of opt-outs, of any of the levels."""
    return st.fixed_dictionaries(
        {},
        optional={
            "DeploymentTypeOptOut": elements(SOURCES | PROMO_CODES, DeploymentTypeId=several(type_ids)),
            "BrandOptOut": elements(SOURCES, BrandId=several(brand_ids)),
            "ClientOptOut": elements(SOURCES),
            "Unknown": st.none(),
        },
    )


OPT_OUTS = opt_outs(BRAND_IDS, TYPE_IDS)
GOOD_OUTS = {
    "CLNT1": opt_outs(st.sampled_from([*BRANDS["CLNT1"]]), st.sampled_from(OWN)),
    "CLNT2": opt_outs(st.sampled_from([*BRANDS["CLNT2"]]), st.sampled_from([4194, "4804", 4807])),
}
DELETES = st.sampled_from([0, 1, 1, 2])
OPT_INS = st.fixed_dictionaries(
    {"DeploymentTypeOptIn": elements(SOURCES | PROMO_CODES, DeploymentTypeId=several(TYPE_IDS), DeleteOptOut=DELETES)}
)
NEAR: Mapping[str, Any] = {
    "EmailAddress": st.sampled_from(["a@example.com", "A@Example.com"]),
    "DeploymentTypeId": st.sampled_from([23, 23, "23", 25]),
}
NEAR_OUTS = st.lists(st.fixed_dictionaries({**NEAR}, optional=SOURCES | PROMO_CODES), min_size=1, max_size=2)
NEAR_INS = st.lists(
    st.fixed_dictionaries({**NEAR, "DeleteOptOut": st.sampled_from([0, 1, 2])}, optional=PROMO_CODES),
    min_size=1,
    max_size=2,
)
WRONG = {
    "EmailAddress": st.sampled_from([None, 5, "a.example.com", "a@", "a@example.com"]),
    "BrandId": st.sampled_from([None, 1.5, [], "", [None], ["XXP", {}], "XXP"]),
    "DeploymentTypeId": st.sampled_from([None, 1.5, [], {}, [23, ""], 23]),
    "DeleteOptOut": st.sampled_from([None, "1", 1.5, 1]),
    "Source": st.sampled_from([None, 5, "x"]),
    "PromoCode": st.sampled_from([None, [], "x"]),
}


def wrong(level: str) -> st.SearchStrategy[Any]:
    """Draw a level whose fields may be missing or wrong, or that is no list of elements at all."""
    element = st.fixed_dictionaries({}, optional={name: WRONG[name] for name in reversed(MEMBERS[level])})
    return st.lists(element, min_size=1, max_size=2) | st.sampled_from([None, [], {}])


WRONG_OUTS = st.fixed_dictionaries(
    {}, optional={name: wrong(name) for name in ("BrandOptOut", "ClientOptOut", "DeploymentTypeOptOut")}
)
WRONG_INS = st.fixed_dictionaries({"DeploymentTypeOptIn": wrong("DeploymentTypeOptIn")})


def as_list(value: Any) -> list[Any]:
    """Take one id or an array of them."""
    return value if isinstance(value, list) else [value]


def field_lines(body: Any, levels: tuple[str, ...]) -> Iterator[str]:
    """Say what is wrong with fields, in the document's order of levels, elements and members."""
    if not isinstance(body, dict):
        yield NOT_AN_OBJECT
        return
    for level in (each for each in levels if each in body):
        if not isinstance(body[level], list) or not body[level]:
            yield f"'{level}' is not valid."
            continue
        for element in body[level]:
            for name in MEMBERS[level]:
                yield from member_lines(element, name)


def member_lines(element: Mapping[str, Any], name: str) -> Iterator[str]:
    """Say what is wrong with one member."""
    if name not in element:
        if name == "EmailAddress" or name in IDS:
            yield f"'{name}' is a required field."
        return
    value = element[name]
    if name == "EmailAddress" and isinstance(value, str):
        if not all(value.rpartition("@")[::2]):
            yield f"EmailAddress is not valid {value}"
    elif not valid(name, value):
        yield f"'{name}' is not valid."


def valid(name: str, value: Any) -> bool:
    """Tell whether a member has a value that it may have."""
    if name in IDS:
        return value != [] and all(isinstance(each, int) or (isinstance(each, str) and each) for each in as_list(value))
    return isinstance(value, int if name == "DeleteOptOut" else str)


def id_lines(body: Mapping[str, Any], levels: tuple[str, ...], client: str) -> Iterator[str]:
    """Say what must come of ids that the client's appid has no right to."""
    if "ClientOptOut" in body and "ClientOptOut" in levels and not BRANDS[client]:
        yield NO_BRANDS
    for level in levels[-2:]:
        member = "BrandId" if level == "BrandOptOut" else "DeploymentTypeId"
        what, way = ("OptIn", "in") if level == "DeploymentTypeOptIn" else ("OptOut", "out")
        for element in body.get(level, []):
            for each in as_list(element[member]):
                if str(each) not in (BRANDS[client] if member == "BrandId" else types(client)):
                    yield (
                        f"{level} submission ({each}): the {member} is not authorized for {what}s for the AppId "
                        f"submitted. Email address {element['EmailAddress']} was not opted {way}."
                    )


def types(client: str) -> dict[str, list[int]]:
    """Give the active deployment types that each id of a client's stands for: itself, none for an inactive one."""
    active = {str(each): [each] for kinds in BRANDS[client].values() for each in kinds}
    return active | {each: [] for each, owner in INACTIVE.items() if owner == client}


Faults = list[tuple[int, list[str]]]
"""Groups of lines with their status; the first that has any is told, and no other."""


def credential_faults(account: str | None) -> Faults:
    """Say what is wrong with an appid."""
    return [(403, [DENIED] if account in {"wrong", None} else [])]


def address_faults(email: str) -> Faults:
    """Say what is wrong with an address."""
    return [(400, [] if "@" in email else [f"EmailAddress is not valid {email}"])]


def client_faults(client: str, account: str | None) -> Faults:
    """Say what is wrong with a client."""
    denied = f"The x-omeda-appid submitted is not authorized for client {client}."
    return [
        (404, [] if client in BRANDS else [f"Client {client} was not found."]),
        (403, [] if client == account else [denied]),
    ]


def as_told(kind: dict[str, Any]) -> dict[str, Any]:
    """Write a fixture's deployment type as the look-up by brand does."""
    long = {"LongDescription": kind["long_description"]} if kind["long_description"] else {}
    names = {"Id": kind["deployment_type_id"], "Name": kind["name"], "Description": kind["name"]}
    return {**names, **long, "AlternateId": kind["alternate_id"], "StatusCode": kind["status_code"]}
