"""How Expoints' bodies are written, by templates of our own: JSON without blanks, XML as the page's samples have it."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from xml.sax.saxutils import escape

KINDS = ["application/json", "text/json", "application/xml", "text/xml"]
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
CLR = "http://schemas.datacontract.org/2004/07/Expoints.API.Extern."
REQUESTS, RESPONSES, CUSTOMER, COLUMN = f"{CLR}V3.Requests", f"{CLR}V3.Responses", f"{CLR}V3.Models", f"{CLR}Models"
DEFAULTS = {
    "CustomerDataColumnId": 0,
    "Name": None,
    "Value": None,
    "IsEncrypted": False,
    "CertificateThumbprint": None,
    "EncryptionKey": None,
}
INVALID, FAILED = "The request is invalid.", "An error has occurred."
NOT_VALID, REQUIRED = "The value '{}' is not valid for {}.", "A value is required."
Members = Mapping[str, Any]


def is_xml(kind: str) -> bool:
    """Tell XML's media types from JSON's."""
    return kind.endswith("xml")


def answered(accept: str | None, sent: str | None) -> str:
    """Tell in which media type an answer is: as asked for, else as the request's body, else JSON."""
    if accept in KINDS:
        return accept
    return sent if sent in KINDS and accept != "*/*" else KINDS[0]


def in_json(value: Any) -> bytes:
    """Write JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def whole(customer: Members) -> dict[str, Any]:
    """Give a customer as it is echoed: what was left out has .NET's default."""
    columns = customer.get("CustomerDataColumns")
    echoed = None if columns is None else [DEFAULTS | column for column in columns]
    return {"Email": customer.get("Email"), "CustomerDataColumns": echoed}


def leaf(name: str, value: Any, declared: str = "") -> str:
    """Write an element of XML that has a text, or is null."""
    if value is None:
        return f'<{name} i:nil="true"{declared} />'
    return f"<{name}{declared}>{escape(value if isinstance(value, str) else json.dumps(value))}</{name}>"


def nodes(name: str, items: Iterable[str] | None, before: str = "", after: str = "") -> str:
    """Write an element of XML that has elements, or is null; namespaces are declared on both sides of that."""
    if items is None:
        return f'<{name}{before} i:nil="true"{after} />'
    inside = "".join(items)
    return f"<{name}{before}{after}>{inside}</{name}>" if inside else f"<{name}{before}{after} />"


def leaves(prefix: str, members: Members) -> str:
    """Write members in alphabetical order."""
    return "".join(leaf(f"{prefix}:{key}", members[key]) for key in sorted(members))


def data(name: str, prefix: str, columns: Iterable[Members] | None, after: str = "") -> str:
    """Write columns of data, of each what it has."""
    items = None
    if columns is not None:
        items = [f"<{prefix}:CustomerData>{leaves(prefix, each)}</{prefix}:CustomerData>" for each in columns]
    return nodes(name, items, f' xmlns:{prefix}="{COLUMN}"', after)


def root(name: str, namespace: str, items: Iterable[str]) -> str:
    """Write a whole document."""
    return nodes(name, items, f' xmlns:i="{INSTANCE}" xmlns="{namespace}"')


def check_in_xml(customers: Iterable[Members]) -> str:
    """Write a request to check customers; members that a customer does not have are left out."""
    items = []
    for each in customers:
        inside = []
        if "CustomerDataColumns" in each:
            inside.append(data("d2p1:CustomerDataColumns", "d4p1", each["CustomerDataColumns"]))
        if "Email" in each:
            inside.append(leaf("d2p1:Email", each["Email"]))
        items.append(nodes("d2p1:CheckOptOutCustomer", inside))
    return root("GetCheckOptOutRequest", REQUESTS, [nodes("Customers", items, f' xmlns:d2p1="{CUSTOMER}"')])


def told_in_xml(items: Iterable[Members]) -> str:
    """Write the answer to that."""
    declared = f' xmlns="{CUSTOMER}"'
    inside = [
        "<GetCheckOptOutResponse>"
        + data("CustomerDataColumns", "d3p1", each["CustomerDataColumns"], declared)
        + leaf("Email", each["Email"], declared)
        + leaf("OptOut", each["OptOut"])
        + "</GetCheckOptOutResponse>"
        for each in items
    ]
    return root("ArrayOfGetCheckOptOutResponse", RESPONSES, inside)


def deletion_in_xml(members: Members) -> str:
    """Write a request to delete opt-outs; members that it does not have are left out."""
    columns = [data("Data", "d2p1", members["Data"])] if "Data" in members else []
    email = [leaf("Email", members["Email"])] if "Email" in members else []
    return root("DeleteOptOutRequest", REQUESTS, columns + email)


def list_in_xml(page: Members) -> str:
    """Write a page of the list."""
    items = []
    for each in page["OptOuts"]:
        others = {name: value for name, value in each.items() if name != "Data"}
        items.append(nodes("d2p1:OptOutCustomer", [data("d2p1:Data", "d4p1", each["Data"]), leaves("d2p1", others)]))
    listed = nodes("OptOuts", items, f' xmlns:d2p1="{CUSTOMER}"')
    return root("GetOptOutCustomersResponse", RESPONSES, [leaf("NextCursor", page["NextCursor"]), listed])


def columns_in_xml(columns: Members) -> str:
    """Write the columns."""
    items = [nodes("d2p1:CustomerDataColumn", [leaves("d2p1", each)]) for each in columns["CustomerDataColumns"]]
    listed = nodes("CustomerDataColumns", items, f' xmlns:d2p1="{COLUMN}"')
    return root("GetCustomerDataColumnResponse", f"{CLR}V1.Responses", [listed])


def refusal(kind: str, message: str, state: Mapping[str, list[str]] | None = None) -> bytes:
    """Write the body of a refusal; `state` has the messages by place."""
    if not is_xml(kind):
        return in_json({"Message": message} | ({"ModelState": state} if state else {}))
    places = ""
    for place, messages in (state or {}).items():
        name = re.sub(r"[^\w.]", lambda match: f"_x{ord(match[0]):04X}_", place)
        places += leaf(name, " ".join(messages))
    return f"<Error>{leaf('Message', message)}{places and f'<ModelState>{places}</ModelState>'}</Error>".encode()
