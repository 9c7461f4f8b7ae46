import pytest
from hypothesis import settings

from contract_tests.bench import Bench
from contract_tests.conformance import DEEP, findings, has_links
from mockserver.contract import document

DOCUMENTS = {name: document.load(name) for name in document.names()}
LINKED = {name: read for name, read in DOCUMENTS.items() if has_links(read)}
OPERATIONS = [
    pytest.param(read, operation, id=f"{name}-{operation.operation_id}")
    for name, read in DOCUMENTS.items()
    for operation in read.operations
]


@pytest.fixture
def tell(pytestconfig):
    """Says how far a long run is."""
    terminal = pytestconfig.pluginmanager.get_plugin("terminalreporter")
    return terminal.write_line if terminal and settings().max_examples >= DEEP else lambda _line: None


@pytest.mark.parametrize(("read", "operation"), OPERATIONS)
def test_what_is_drawn_from_the_document_is_answered_as_the_document_says(ground, read, operation, tell):
    found = findings(Bench(ground.target(read), ground.asserts, ground.writes), operation, tell)
    assert not found, "\n\n".join(found[:5])


@pytest.mark.parametrize("read", LINKED.values(), ids=LINKED)
def test_what_one_answer_tells_is_good_for_the_next_request(ground, read, tell):
    found = findings(Bench(ground.target(read), ground.asserts, ground.writes), None, tell)
    assert not found, "\n\n".join(found[:5])
