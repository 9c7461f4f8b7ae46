import sys
import threading

import pytest

from mockserver.odata import wording
from tests.odata.odata_desk import PREFIX, Person, query, refusal

OPERANDS = (
    "A binary operator with incompatible types was detected. Found operand types '{}' and '{}' for operator kind '{}'."
)
DATE_TIME = (
    "The DateTimeOffset text '{}' should be in format 'yyyy-mm-ddThh:mm:ss('.'s+)?(zzzzzz)?' "
    "and each field value is within valid range."
)
FUNCTION = (
    "An unknown function with name '{}' was found. "
    "This may also be a function import or a key lookup on a navigation property, which is not allowed."
)
WHOLE = "Invalid value '{1}' for {0} query option found. The {0} query option requires a non-negative integer value."
KEYS = (
    "The number of clauses in $orderby query option exceeded the maximum number allowed. "
    "The maximum number of $orderby clauses allowed is 5."
)
NODES = (
    "The node count limit of '100' has been exceeded. To increase the limit, "
    "set the 'MaxNodeCount' property on EnableQueryAttribute or ODataValidationSettings."
)
FILTERS = {
    "Foo eq 1": "Could not find a property named 'Foo' on type 'Test.Models.Person'.",
    "email eq 'a'": "Could not find a property named 'email' on type 'Test.Models.Person'.",
    "Address/City eq 'x'": "Could not find a property named 'Address' on type 'Test.Models.Person'.",
    "Email/City eq 'x'": "The property 'Email' of type 'Edm.String' has nothing below it: 'Email/' leads nowhere.",
    "IsOptedIn eq 'true'": OPERANDS.format("Edm.Boolean", "Edm.String", "Equal"),
    "IsOptedIn eq 1": OPERANDS.format("Edm.Boolean", "Edm.Int32", "Equal"),
    "Id eq 'x'": OPERANDS.format("Edm.Int32", "Edm.String", "Equal"),
    "'x' ne Id": OPERANDS.format("Edm.String", "Edm.Int32", "NotEqual"),
    "OptInDate gt '2017-10-13'": OPERANDS.format("Edm.DateTimeOffset", "Edm.String", "GreaterThan"),
    "OptInDate ge Birthday": OPERANDS.format("Edm.DateTimeOffset", "Edm.Date", "GreaterThanOrEqual"),
    "Email lt 5.5": OPERANDS.format("Edm.String", "Edm.Decimal", "LessThan"),
    "Wait le 3000000000": OPERANDS.format("Edm.Duration", "Edm.Int64", "LessThanOrEqual"),
    "Alarm eq 1e3": OPERANDS.format("Edm.TimeOfDay", "Edm.Double", "Equal"),
    "Id in (1,'x')": OPERANDS.format("Edm.Int32", "Edm.String", "Equal"),
    "Id and IsOptedIn": OPERANDS.format("Edm.Int32", "Edm.Boolean", "And"),
    "null or 'x'": OPERANDS.format("<null>", "Edm.String", "Or"),
    "Email add 1 eq 1": OPERANDS.format("Edm.String", "Edm.Int32", "Add"),
    "null sub 'x' eq null": OPERANDS.format("<null>", "Edm.String", "Subtract"),
    "IsOptedIn mul null eq null": OPERANDS.format("Edm.Boolean", "<null>", "Multiply"),
    "OptInDate div 2 eq null": OPERANDS.format("Edm.DateTimeOffset", "Edm.Int32", "Divide"),
    "Wait mod 2 eq null": OPERANDS.format("Edm.Duration", "Edm.Int32", "Modulo"),
    "not Id eq 5": "A unary operator with an incompatible type was detected. "
    "Found operand type 'Edm.Int32' for operator kind 'Not'.",
    "-Email eq 'x'": "A unary operator with an incompatible type was detected. "
    "Found operand type 'Edm.String' for operator kind 'Negate'.",
    "OptInDate gt 2017-10-13T13:29:51": DATE_TIME.format("2017-10-13T13:29:51"),
    "OptInDate gt 2017-10-13T13:29:51 05:00": DATE_TIME.format("2017-10-13T13:29:51"),
    "substringof('a',Email)": FUNCTION.format("substringof"),
    "replace(Email,'a','b') eq 'b'": FUNCTION.format("replace"),
    "isof(Edm.String)": FUNCTION.format("isof"),
    "cast(Id,Edm.String) eq '1'": FUNCTION.format("cast"),
    "geo.distance(A,B) lt 1": FUNCTION.format("geo.distance"),
    "matchesPattern(Email,'a')": FUNCTION.format("matchesPattern"),
    "geo.length(Email) eq 1": FUNCTION.format("geo.length"),
    "Contains(Email,'a')": FUNCTION.format("Contains"),
    "now(1) eq 1": FUNCTION.format("now"),
    "length(Id) eq 1": "No function signature for the function with name 'length' matches the specified arguments. "
    "The function signatures considered are: length(Edm.String Nullable=true).",
    "year(Email) eq 1": "No function signature for the function with name 'year' matches the specified arguments. "
    "The function signatures considered are: "
    "year(Edm.DateTimeOffset Nullable=true); year(Edm.Date Nullable=true).",
    "Email eq 'x": "There is an unterminated string literal at position 9 in 'Email eq 'x'.",
    "Email eq 'x''": "There is an unterminated string literal at position 9 in 'Email eq 'x'''.",
    "Email eq": "Expression expected at position 8 in 'Email eq'.",
    "Email eq ": "Expression expected at position 9 in 'Email eq '.",
    "not": "Expression expected at position 3 in 'not'.",
    "Email eq )": "Expression expected at position 9 in 'Email eq )'.",
    "Id in (1,)": "Expression expected at position 9 in 'Id in (1,)'.",
    "Id in ()": "Expression expected at position 7 in 'Id in ()'.",
    "Id in 5": "'(' expected at position 6 in 'Id in 5'.",
    "Id in (Id)": "Literal expected at position 7 in 'Id in (Id)'.",
    "Id in (1 2)": "')' or ',' expected at position 9 in 'Id in (1 2)'.",
    "(Id eq 1": "')' or operator expected at position 8 in '(Id eq 1'.",
    "contains(Email": "')' or ',' expected at position 14 in 'contains(Email'.",
    'Email eq "x"': "Syntax error: character '\"' is not valid at position 9 in 'Email eq \"x\"'.",
    "Id in [1]": "'(' expected at position 6 in 'Id in [1]'.",
    "Id eq 1;": "Syntax error: character ';' is not valid at position 7 in 'Id eq 1;'.",
    "'O'Neil' eq Email": "Syntax error: character 'N' is not valid at position 3 in ''O'Neil' eq Email'.",
    "Id\u00a0eq 1": "Syntax error: character '\u00a0' is not valid at position 2 in 'Id\u00a0eq 1'.",
    "Id eq 1)": "Syntax error at position 7 in 'Id eq 1)'.",
    "Id eq 1 asc": "Syntax error at position 8 in 'Id eq 1 asc'.",
    "Email like 'x'": "Syntax error at position 6 in 'Email like 'x''.",
    "Id EQ 1": "Syntax error at position 3 in 'Id EQ 1'.",
    "Id eq(1)": "Syntax error at position 5 in 'Id eq(1)'.",
    "not(true)": "Syntax error at position 3 in 'not(true)'.",
    "(true)and (true)": "Syntax error at position 6 in '(true)and (true)'.",
    "contains (Email,'a')": "Syntax error at position 9 in 'contains (Email,'a')'.",
    "5(1) eq 1": "Syntax error at position 0 in '5(1) eq 1'.",
    " true": "Expression expected at position 0 in ' true'.",
    "true ": "Syntax error at position 5 in 'true '.",
    "Email": "The $filter expression must evaluate to a single boolean value.",
    "1 add 1": "The $filter expression must evaluate to a single boolean value.",
    "Id has 1": "The operator 'has' is not supported.",
    "Id divby 2 eq 1": "The operator 'divby' is not supported.",
    "Items/any(i:i/Id eq 1)": "'Items/any' is not supported in an expression.",
    "$it/Email eq 'x'": "'$it/Email' is not supported in an expression.",
    "$count(1) eq 1": "'$count' is not supported in an expression.",
    "Email eq @p1": "'@p1' is not supported in an expression.",
    "Id div 0 eq 1": "Attempted to divide by zero.",
    "Id mod 0.0 eq 1": "Attempted to divide by zero.",
    "1 div (1 sub 1) eq 1": "Attempted to divide by zero.",
    "(" * 100_000: "Recursion limit reached.",
    "not " * 100_000: "Recursion limit reached.",
    "-" * 100_000: "Recursion limit reached.",
    "tolower(" * 100_000: "Recursion limit reached.",
    " and ".join(["true"] * 51): NODES,
    f"Id in ({','.join(['1'] * 99)})": NODES,
}
JSON = "'json', 'application/json', and the latter with ';odata.metadata=' and 'none', 'minimal' or 'full'."
OTHERS = [
    ("$filter", "", "The value for OData query '$filter' cannot be empty."),
    ("$filter", " \t", "The value for OData query '$filter' cannot be empty."),
    ("$orderby", "", "The value for OData query '$orderby' cannot be empty."),
    ("$top", "", "The value for OData query '$top' cannot be empty."),
    ("$skip", "", "The value for OData query '$skip' cannot be empty."),
    ("$count", "", "The value for OData query '$count' cannot be empty."),
    ("$select", "", "The value for OData query '$select' cannot be empty."),
    ("$format", "", "The value for OData query '$format' cannot be empty."),
    *[
        (name, value, WHOLE.format(name, value))
        for name in ("$top", "$skip")
        for value in ("-1", "abc", "1.0", " 5", "+5", "2147483648", "9" * 10_000, "٣")
    ],
    ("$count", "maybe", "Invalid value 'maybe' for $count query option found. Valid values are 'true, false'."),
    ("$count", "1", "Invalid value '1' for $count query option found. Valid values are 'true, false'."),
    ("$format", "xml", "Invalid value 'xml' for $format query option found. Valid values are " + JSON),
    ("$format", "JSON", "Invalid value 'JSON' for $format query option found. Valid values are " + JSON),
    ("$select", "Foo", "Could not find a property named 'Foo' on type 'Test.Models.Person'."),
    ("$select", "id", "Could not find a property named 'id' on type 'Test.Models.Person'."),
    ("$select", "Id,", "Identifier expected at position 3 in 'Id,'."),
    ("$orderby", "Foo", "Could not find a property named 'Foo' on type 'Test.Models.Person'."),
    ("$orderby", "Id,", "Expression expected at position 3 in 'Id,'."),
    ("$orderby", "Id down", "Syntax error at position 3 in 'Id down'."),
    ("$orderby", "Id DESC", "Syntax error at position 3 in 'Id DESC'."),
    ("$orderby", "Id desc asc", "Syntax error at position 8 in 'Id desc asc'."),
    (
        "$orderby",
        "Id,Id,Id,Id,Id,Id",
        KEYS,
    ),
]
UNSUPPORTED = [
    "$inlinecount",
    "$foo",
    "$search",
    "$apply",
    "$expand",
    "$deltatoken",
    "$compute",
    "$",
    "$FILTER",
    "$Top",
]


@pytest.mark.parametrize(("text", "says"), FILTERS.items(), ids=lambda text: text[:40])
def test_a_filter_is_refused_in_these_words(text, says):
    assert refusal(filter=text) == PREFIX + says


@pytest.mark.parametrize(("name", "value", "says"), OTHERS, ids=lambda text: text[:40])
def test_another_option_is_refused_in_these_words(name, value, says):
    assert refusal((name, value)) == PREFIX + says


@pytest.mark.parametrize("name", UNSUPPORTED)
def test_an_unknown_system_option_is_refused_without_the_prefix(name):
    assert refusal((name, "1")) == f"The query parameter '{name}' is not supported."


@pytest.mark.parametrize("name", ["filter", "foo", "top", "", "@p1", "FILTER"])
def test_options_without_the_dollar_sign_are_ignored(name):
    assert refusal((name, "\x00"), (name, "twice")) is None


@pytest.mark.parametrize("name", ["$filter", "$orderby", "$top", "$skip", "$count", "$select", "$format"])
def test_an_option_given_twice_is_refused(name):
    says = f"Query option '{name}' was specified more than once, but it must be specified at most once."
    assert refusal((name, "true"), (name, "true")) == PREFIX + says


def test_a_version_2_literal_is_refused():
    assert refusal(filter="OptInDate gt datetime'2017-10-13T00:00:00'").startswith(
        PREFIX + "Unrecognized 'Edm.String' literal 'datetime'2017-10-13T00:00:00''"
    )


def test_a_syntax_error_is_told_before_an_unknown_name():
    assert "Expression expected" in refusal(filter="Foo eq ")


def test_unknown_options_are_told_before_what_known_ones_hold():
    assert "$inlinecount" in refusal(("$filter", "("), ("$inlinecount", "allpages"))


@pytest.mark.parametrize("text", ["1 div (Id sub 5) eq 1", "1.0 div (Id sub 5) eq 1", "(Id sub 5) mod (Id sub 5) eq 0"])
def test_a_division_by_zero_in_a_row_is_refused_when_it_is_met(text):
    asked = query(filter=text)
    assert asked.run([Person(6)]).count == 1
    with pytest.raises(wording.QueryError, match="divide by zero"):
        asked.run([Person(6), Person(5)])


def test_what_stands_before_an_and_keeps_rows_from_the_rest():
    assert query(filter="Id ne 5 and 1 div (Id sub 5) eq 1").run([Person(6), Person(5)]).count == 1


def test_a_caller_can_refuse_a_property_in_the_same_words():
    assert str(wording.unusable_property("Id", "$filter")) == (
        PREFIX + "The property 'Id' cannot be used in the $filter query option."
    )


@pytest.mark.parametrize("count", [100, 99])
def test_a_hundred_nodes_are_taken(count):
    assert refusal(filter=f"Id in ({','.join(['1'] * (count - 2))})") is None


@pytest.mark.parametrize(
    "text",
    [
        "(" * 99 + "true" + ")" * 99,
        "not " * 98 + "true",
        "(true or true and true eq " * 16 + "true" + ")" * 16,
        "length(" + "tolower(" * 96 + "'x'" + ")" * 97 + " eq 1",
        " and ".join(["true"] * 50),
    ],
    ids=["groups", "nots", "mixed", "calls", "chain"],
)
def test_what_is_within_the_limits_needs_little_stack(text):
    found = []
    limit = sys.getrecursionlimit()

    def ask():
        sys.setrecursionlimit(550)
        try:
            found.append(refusal(filter=text))
        finally:
            sys.setrecursionlimit(limit)

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert found == [None]
