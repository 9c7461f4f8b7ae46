"""A small document of classes in three namespaces, and a vendor's own samples of them, squeezed of blanks."""

from mockserver.contract.schema import follow

V3 = "http://schemas.datacontract.org/2004/07/Expoints.API.Extern.V3."
REQUESTS, MODELS, RESPONSES = V3 + "Requests", V3 + "Models", V3 + "Responses"
EXTERN = "http://schemas.datacontract.org/2004/07/Expoints.API.Extern.Models"
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"

TEXT = {"type": "string", "nullable": True}
COLUMN = {
    "type": "object",
    "xml": {"name": "CustomerData", "namespace": EXTERN},
    "properties": {
        "CustomerDataColumnId": {"type": "integer", "format": "int32"},
        "Name": TEXT,
        "Value": TEXT,
        "IsEncrypted": {"type": "boolean"},
        "CertificateThumbprint": TEXT,
        "EncryptionKey": TEXT,
    },
}
COLUMNS = {"type": "array", "nullable": True, "items": {"$ref": "#/schemas/CustomerData"}}
SCHEMAS = {
    "CustomerData": COLUMN,
    "CheckOptOutCustomer": {
        "type": "object",
        "xml": {"name": "CheckOptOutCustomer", "namespace": MODELS},
        "x-xml-order": ["CustomerDataColumns", "Email"],
        "properties": {"Email": TEXT, "CustomerDataColumns": COLUMNS},
    },
    "GetCheckOptOutRequest": {
        "type": "object",
        "xml": {"name": "GetCheckOptOutRequest", "namespace": REQUESTS},
        "properties": {"Customers": {"type": "array", "items": {"$ref": "#/schemas/CheckOptOutCustomer"}}},
    },
    "GetCheckOptOutResponse": {
        "type": "object",
        "xml": {"name": "GetCheckOptOutResponse", "namespace": RESPONSES},
        "properties": {
            "OptOut": {"type": "boolean"},
            "Email": {**TEXT, "xml": {"namespace": MODELS}},
            "CustomerDataColumns": {**COLUMNS, "xml": {"namespace": MODELS}},
        },
    },
    "ArrayOfGetCheckOptOutResponse": {
        "type": "array",
        "xml": {"name": "ArrayOfGetCheckOptOutResponse", "namespace": RESPONSES},
        "items": {"$ref": "#/schemas/GetCheckOptOutResponse"},
    },
    "Error": {
        "type": "object",
        "xml": {"name": "Error"},
        "x-xml-order": ["Message", "ModelState"],
        "properties": {
            "Message": {"type": "string"},
            "ModelState": {
                "type": "object",
                "additionalProperties": {"type": "array", "items": {"type": "string"}, "x-xml-joined": " "},
            },
        },
    },
}
REQUEST = SCHEMAS["GetCheckOptOutRequest"]
ANSWER = SCHEMAS["ArrayOfGetCheckOptOutResponse"]


def resolve(node):
    return follow({"schemas": SCHEMAS}, node["$ref"]) if "$ref" in node else node


def column(**changes):
    """What .NET has where a column is sent with these members only."""
    empty = {"CustomerDataColumnId": 0, "Name": None, "Value": None, "IsEncrypted": False}
    return empty | {"CertificateThumbprint": None, "EncryptionKey": None} | changes


def customer(**changes):
    return {"Email": None, "CustomerDataColumns": None} | changes


FULL = {
    "CustomerDataColumnId": 1,
    "Name": "sample string 2",
    "Value": "sample string 3",
    "IsEncrypted": True,
    "CertificateThumbprint": "sample string 5",
    "EncryptionKey": "sample string 6",
}
PAGE_REQUEST = {"Customers": [{"Email": "sample string 1", "CustomerDataColumns": [FULL, FULL]}] * 2}
PAGE_ANSWER = [{"OptOut": True, "Email": "sample string 2", "CustomerDataColumns": [FULL, FULL]}] * 2

_D4 = (
    "<d4p1:CustomerData><d4p1:CertificateThumbprint>sample string 5</d4p1:CertificateThumbprint>"
    "<d4p1:CustomerDataColumnId>1</d4p1:CustomerDataColumnId><d4p1:EncryptionKey>sample string 6</d4p1:EncryptionKey>"
    "<d4p1:IsEncrypted>true</d4p1:IsEncrypted><d4p1:Name>sample string 2</d4p1:Name>"
    "<d4p1:Value>sample string 3</d4p1:Value></d4p1:CustomerData>"
)
PAGE_REQUEST_XML = (
    '<GetCheckOptOutRequest xmlns:i="http://www.w3.org/2001/XMLSchema-instance"'
    ' xmlns="http://schemas.datacontract.org/2004/07/Expoints.API.Extern.V3.Requests">'
    '<Customers xmlns:d2p1="http://schemas.datacontract.org/2004/07/Expoints.API.Extern.V3.Models">'
    + (
        "<d2p1:CheckOptOutCustomer><d2p1:CustomerDataColumns"
        ' xmlns:d4p1="http://schemas.datacontract.org/2004/07/Expoints.API.Extern.Models">'
        + _D4 * 2
        + "</d2p1:CustomerDataColumns><d2p1:Email>sample string 1</d2p1:Email></d2p1:CheckOptOutCustomer>"
    )
    * 2
    + "</Customers></GetCheckOptOutRequest>"
)
PAGE_ANSWER_XML = (
    '<ArrayOfGetCheckOptOutResponse xmlns:i="http://www.w3.org/2001/XMLSchema-instance"'
    ' xmlns="http://schemas.datacontract.org/2004/07/Expoints.API.Extern.V3.Responses">'
    + (
        "<GetCheckOptOutResponse><CustomerDataColumns"
        ' xmlns:d3p1="http://schemas.datacontract.org/2004/07/Expoints.API.Extern.Models"'
        ' xmlns="http://schemas.datacontract.org/2004/07/Expoints.API.Extern.V3.Models">'
        + _D4.replace("d4p1", "d3p1")
        * 2
        + '</CustomerDataColumns><Email xmlns="http://schemas.datacontract.org/2004/07/Expoints.API.Extern.V3.Models">'
        "sample string 2</Email><OptOut>true</OptOut></GetCheckOptOutResponse>"
    )
    * 2
    + "</ArrayOfGetCheckOptOutResponse>"
)
