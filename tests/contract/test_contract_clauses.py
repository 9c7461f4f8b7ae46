import pytest

from mockserver.contract.clauses import Basis, Clause, bindings, read
from mockserver.errors import DocumentError

SHAPE = "a clause has says, basis and source, and may have not-mocked with a reason"


@pytest.fixture
def register(tmp_path):
    def write(text):
        path = tmp_path / "acme.yaml"
        path.write_text(text)
        return path

    return write


def test_a_register_is_read_in_its_order(register):
    path = register(
        "ACME-02: {says: One refusal refuses all., basis: page, source: https://acme.example/docs}\n"
        "ACME-A1: {says: So it is., basis: inferred, source: ours, not-mocked: nothing shows it}\n"
    )
    assert list(read(path).items()) == [
        ("ACME-02", Clause("ACME-02", "One refusal refuses all.", Basis.PAGE, "https://acme.example/docs")),
        ("ACME-A1", Clause("ACME-A1", "So it is.", Basis.INFERRED, "ours", "nothing shows it")),
    ]


@pytest.mark.parametrize("basis", Basis)
def test_each_basis_is_known(register, basis):
    assert read(register(f"A-1: {{says: x, basis: {basis}, source: y}}"))["A-1"].basis is basis


def test_an_empty_register_has_no_clauses(register):
    assert read(register("# nothing yet\n")) == {}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[A-1]", "a register maps clause ids to clauses"),
        ("A-1: text", f"A-1: {SHAPE}"),
        ("A-1: {says: x, basis: page}", f"A-1: {SHAPE}"),
        ("A-1: {says: x, source: y}", f"A-1: {SHAPE}"),
        ("A-1: {basis: page, source: y}", f"A-1: {SHAPE}"),
        ("A-1: {says: x, basis: page, source: y, not_mocked: z}", f"A-1: {SHAPE}"),
        (
            "A-1: {says: x, basis: gossip, source: y}",
            "A-1: basis must be one of page, neighbour, client, standard, inferred, not 'gossip'",
        ),
        (
            "A-1: {says: x, basis: [page], source: y}",
            "A-1: basis must be one of page, neighbour, client, standard, inferred, not ['page']",
        ),
    ],
)
def test_a_misfit_of_a_register_names_file_clause_and_reason(register, text, reason):
    path = register(text)
    with pytest.raises(DocumentError) as caught:
        read(path)
    assert str(caught.value) == f"{path}: {reason}"


@pytest.mark.parametrize(
    "row",
    [
        "says: , basis: page, source: y",
        "says: x, basis: page, source: ",
        "says: x, basis: page, source: y, not-mocked: ",
    ],
)
def test_a_clause_that_leaves_a_text_empty_is_refused(register, row):
    with pytest.raises(DocumentError, match="A-1: "):
        read(register(f"A-1: {{{row}}}"))


def test_a_register_that_is_no_yaml_or_missing_is_named(register, tmp_path):
    with pytest.raises(DocumentError, match=r"acme\.yaml:2:1: this is not YAML"):
        read(register("A-1: {"))
    with pytest.raises(DocumentError, match=r"none\.yaml: cannot be read"):
        read(tmp_path / "none.yaml")


def test_bindings_are_found_all_the_way_down_with_their_places():
    tree = {
        "x-clauses": ["A-1"],
        "paths": {"/a/{b~c}": {"get": {"x-clauses": ["A-2", "A-3"], "parameters": [{}, {"x-clauses": ["A-1"]}]}}},
        "components": {"responses": {200: {"x-clauses": ["A-4"]}}},
    }
    assert list(bindings(tree)) == [
        ("A-1", ""),
        ("A-2", "/paths/~1a~1{b~0c}/get"),
        ("A-3", "/paths/~1a~1{b~0c}/get"),
        ("A-1", "/paths/~1a~1{b~0c}/get/parameters/1"),
        ("A-4", "/components/responses/200"),
    ]
