from pathlib import Path

import pytest

from mockserver.contract.document import METHODS, Document
from mockserver.contract.dotnet import QUERY_READERS
from mockserver.contract.elements import Scheme
from mockserver.errors import DocumentError

HEAD = "openapi: 3.0.3\ninfo: {title: Acme, version: '1.0'}\n"


def of(text, head=HEAD):
    return Document(Path("acme.yaml"), (head + text).encode())


def operation(text):
    (found,) = of("paths: {/a: {get: {operationId: x, " + text + "}}}\n" + COMPONENTS).operations
    return found


COMPONENTS = """
components:
  parameters:
    P: {name: id, in: path, required: true, schema: {$ref: "#/components/schemas/S"}}
    Q: {$ref: "#/components/parameters/P"}
  requestBodies: {B: {required: true, content: {text/xml: {schema: {$ref: "#/components/schemas/S"}}}}}
  responses: {R: {x-clauses: [A-1], content: {a/b: {}}}}
  headers: {H: {schema: {$ref: "#/components/schemas/One"}}}
  schemas: {S: {type: string, nullable: true}, One: {enum: [only]}}
"""


def test_a_document_is_read_from_its_file(tmp_path):
    path = tmp_path / "acme.yaml"
    path.write_text(HEAD)
    read = Document(path)
    assert (read.name, read.title, read.version, read.raw) == ("acme", "Acme", "1.0", HEAD.encode())


def test_a_version_that_yaml_takes_for_a_number_is_a_text():
    assert of("", "openapi: 3.0.3\ninfo: {title: 5, version: 1.0}").version == "1.0"
    assert of("", "openapi: 3.0.3\ninfo: {title: 5, version: 1.0}").title == "5"


@pytest.mark.parametrize("text", ["", "[]", "text", "openapi: 3.1.0", "openapi: 3.0", "swagger: '2.0'", "openapi: "])
def test_what_is_no_openapi_3_0_document_is_refused(text):
    with pytest.raises(DocumentError) as caught:
        of("", text)
    assert str(caught.value) == "acme.yaml: this is no OpenAPI 3.0 document: the key 'openapi' must say 3.0.x"


def test_what_is_no_yaml_is_refused_with_its_place():
    with pytest.raises(DocumentError, match=r"^acme\.yaml:4:1: this is not YAML: "):
        of("paths: {")


def test_paths_keep_their_letter_case_unless_the_document_says_otherwise():
    assert not of("").ignores_path_case
    assert not of("x-case-insensitive-paths: false").ignores_path_case
    assert of("x-case-insensitive-paths: true").ignores_path_case


def test_queries_are_read_one_by_one_unless_the_document_says_otherwise():
    assert of("").query_reader is None
    assert of("x-query-reader: web-api").query_reader is QUERY_READERS["web-api"]
    with pytest.raises(DocumentError, match=r"x-query-reader: there is no 'mine'; readers are web-api"):
        of("x-query-reader: mine")


def test_a_slash_at_the_end_makes_another_path_unless_the_document_says_otherwise():
    assert not of("").ignores_trailing_slash
    assert of("x-ignores-trailing-slash: true").ignores_trailing_slash


def test_answers_have_one_charset_unless_the_document_lists_more():
    assert of("").charsets == ()
    assert of("x-answer-charsets: [utf-8, utf-16]").charsets == ("utf-8", "utf-16")


@pytest.mark.parametrize("value", ["utf-8", "5", "[latin-1]", "[utf-8, 5]", "{}"])
def test_charsets_that_cannot_be_written_are_refused(value):
    with pytest.raises(DocumentError, match="x-answer-charsets is a list of utf-8 and utf-16"):
        of(f"x-answer-charsets: {value}")


@pytest.mark.parametrize(
    ("url", "hosts"),
    [
        ("https://ows.example.com", ("ows.example.com",)),
        ("http://api.example.com:8443/v1/x", ("api.example.com",)),
        ("https://{tenant}.api.example.com/v1", ("*.api.example.com",)),
        ("https://{a}.{b}.example.com", ("*.*.example.com",)),
        ("https://api.example.com/{version}/x", ("api.example.com",)),
        ("https://api.example.com:{port}/x", ("api.example.com",)),
        ("https://{host}/x", ()),
        ("https://{a}.{b}:443", ()),
        ("/v1", ()),
    ],
)
def test_the_host_of_a_server_has_a_star_for_each_variable_label(url, hosts):
    assert of(f"servers: [{{url: '{url}'}}]").hosts == hosts


def test_hosts_are_listed_once_in_the_order_of_the_servers():
    servers = "servers: [{url: 'https://b.example/1'}, {url: 'https://a.example'}, {url: 'http://b.example:80'}]"
    assert of(servers).hosts == ("b.example", "a.example")
    assert of("").hosts == ()


def test_credentials_in_headers_are_understood():
    schemes = (
        "{b: {type: http, scheme: bearer}, c: {type: http, scheme: BASIC}, k: {type: apiKey, in: header, name: X-Key}}"
    )
    assert of(f"components: {{securitySchemes: {schemes}}}").schemes == {
        "b": Scheme("b", "authorization", "Bearer"),
        "c": Scheme("c", "authorization", "Basic"),
        "k": Scheme("k", "x-key", None),
    }
    assert of("").schemes == {}


@pytest.mark.parametrize(
    "scheme",
    ["{type: apiKey, in: query, name: key}", "{type: apiKey, in: cookie, name: key}", "{type: oauth2, flows: {}}"],
)
def test_credentials_elsewhere_are_refused(scheme):
    with pytest.raises(DocumentError) as caught:
        _ = of(f"components: {{securitySchemes: {{k: {scheme}}}}}").schemes
    assert str(caught.value) == "acme.yaml: security scheme k: only credentials in a header are supported"


def test_operations_are_all_methods_of_all_paths():
    items = ", ".join(f"{method}: {{operationId: {method}_it, responses: {{'204': {{}}}}}}" for method in METHODS)
    read = of(
        f"paths:\n  /a~b/c: {{summary: x, {items}}}\n  /d: {{get: {{operationId: d, responses: {{'200': {{}}}}}}}}"
    )
    assert [(each.operation_id, each.method, each.path) for each in read.operations] == [
        *((f"{method}_it", method.upper(), "/a~b/c") for method in METHODS),
        ("d", "GET", "/d"),
    ]
    assert read.operations[0].pointer == "/paths/~1a~0b~1c/get"
    assert of("").operations == ()


def test_parameters_are_those_of_the_path_and_of_the_operation():
    read = of(
        "paths: {/a: {parameters: [{name: p, in: header, schema: {type: integer}}], get: {operationId: x, "
        "parameters: [{$ref: '#/components/parameters/Q'}], responses: {'200': {}}}}}" + COMPONENTS
    )
    first, second = read.operations[0].parameters
    assert (first.name, first.where, first.required, first.schema) == ("p", "header", False, {"type": "integer"})
    assert (second.name, second.where, second.required) == ("id", "path", True)
    assert second.schema == {"type": "string", "nullable": True}
    assert first.validator.violations("x", "header") != []
    assert second.validator.violations(None, "path") == []


def test_a_parameter_of_the_operation_takes_the_place_of_the_paths_own():
    read = of(
        "paths: {/a: {parameters: [{name: p, in: query, schema: {type: integer}}, {name: p, in: header, schema: {}}], "
        "get: {operationId: x, parameters: [{name: p, in: query, schema: {type: string}}], responses: {'200': {}}}}}"
    )
    found = {(each.name, each.where, each.schema.get("type")) for each in read.operations[0].parameters}
    assert found == {("p", "query", "string"), ("p", "header", None)}
    assert len(read.operations[0].parameters) == 2


def test_the_body_has_media_types_charsets_and_a_default():
    body = operation(
        "requestBody: {x-default-media-type: a/b, content: {a/b: {schema: {type: integer}}, "
        "c/d: {schema: {type: string}, x-charsets: [utf-8, us-ascii]}}}, responses: {'200': {}}"
    ).content
    assert list(body.validators) == ["a/b", "c/d"]
    assert body.validators["a/b"].violations(1, "body") == []
    assert body.validators["c/d"].violations(1, "body") != []
    assert body.charsets == {"a/b": ("utf-8",), "c/d": ("utf-8", "us-ascii")}
    assert (body.required, body.default) == (False, "a/b")


def test_a_body_may_be_a_reference_and_be_missing():
    body = operation("requestBody: {$ref: '#/components/requestBodies/B'}, responses: {'200': {}}").content
    assert (list(body.validators), body.required, body.default) == (["text/xml"], True, None)
    assert body.validators["text/xml"].violations(None, "body") == []
    assert operation("responses: {'200': {}}").content is None


def test_answers_have_media_types_constant_headers_and_clauses():
    read = operation(
        "responses: {'404': {$ref: '#/components/responses/R'}, '200': {x-clauses: [A-2], headers: "
        "{One: {$ref: '#/components/headers/H'}, N: {schema: {enum: [5]}}, Two: {schema: {enum: [a, b]}}, Free: {}}, "
        "content: {c/d: {}, a/b: {}}}, '204': {}}"
    )
    assert [(status, a.media_types, a.constant_headers, a.clauses) for status, a in read.responses.items()] == [
        (404, ("a/b",), (), ("A-1",)),
        (200, ("c/d", "a/b"), (("One", "only"), ("N", "5")), ("A-2",)),
        (204, (), (), ()),
    ]
    assert read.success == 200


def test_a_node_without_reference_is_itself():
    read = of(COMPONENTS)
    assert read.resolve({"a": 1}) == {"a": 1}
    assert read.resolve("#/x") == "#/x"
    assert read.resolve({"$ref": "#/components/headers/H"}) == {"schema": {"$ref": "#/components/schemas/One"}}


def test_references_in_a_circle_are_refused():
    read = of("components: {headers: {A: {$ref: '#/components/headers/B'}, B: {$ref: '#/components/headers/A'}}}")
    with pytest.raises(DocumentError, match=r"^acme\.yaml: \$ref '#/components/headers/A' refers to itself$"):
        read.resolve({"$ref": "#/components/headers/A"})


def test_an_operation_without_id_is_refused():
    with pytest.raises(DocumentError) as caught:
        _ = of("paths: {/a: {get: {responses: {'200': {}}}}}").operations
    assert str(caught.value) == "acme.yaml: GET /a: operationId is missing: it names the handler"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("summary: x", "'responses'"),
        ("responses: {default: {}}", "default"),
        ("parameters: [{in: query, schema: {}}], responses: {'200': {}}", "'name'"),
        ("parameters: [{name: p, schema: {}}], responses: {'200': {}}", "'in'"),
        ("parameters: [{name: p, in: query}], responses: {'200': {}}", "'schema'"),
        ("requestBody: {}, responses: {'200': {}}", "'content'"),
        ("requestBody: {content: {a/b: {}}}, responses: {'200': {}}", "'schema'"),
        ("parameters: [{$ref: '#/nowhere'}], responses: {'200': {}}", "leads nowhere"),
        ("responses: {'200': {$ref: 'other.yaml'}}", "only references inside the document"),
        ("parameters: [{name: p, in: query, schema: {type: nope}}], responses: {'200': {}}", "cannot be compiled: "),
    ],
)
def test_a_broken_operation_is_refused_with_place_and_reason(text, reason):
    with pytest.raises(DocumentError, match=r"^acme\.yaml: GET /a: [^\n]*$") as caught:
        operation(text)
    assert reason in str(caught.value)


def used(text, head):
    read = of(text, head)
    return read.title, read.version, read.hosts, read.schemes, read.operations


SHAPES = [
    "paths: []",
    "paths: ",
    "paths: {/a: }",
    "paths: {/a: {get: }}",
    "paths: {/a: {get: {operationId: x, responses: }}}",
    "paths: {/a: {get: {operationId: x, responses: {'200': }}}}",
    "paths: {/a: {get: {operationId: x, responses: {'200': {content: }}}}}",
    "paths: {/a: {get: {operationId: x, parameters: , responses: {'200': {}}}}}",
    "paths: {/a: {get: {operationId: x, parameters: [{$ref: 5}], responses: {'200': {}}}}}",
    "servers: ",
    "servers: [{}]",
    "components: {securitySchemes: }",
    "components: {securitySchemes: {k: {}}}",
    "info: ",
    "info: {title: x}",
]


@pytest.mark.parametrize("text", SHAPES)
def test_a_document_of_the_wrong_shape_is_refused_with_its_name(text):
    head = "openapi: 3.0.3\n" if text.startswith("info") else HEAD
    with pytest.raises(DocumentError, match=r"^acme\.yaml: "):
        used(text, head)
