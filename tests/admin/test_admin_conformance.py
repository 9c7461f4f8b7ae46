"""The control plane under the same search as the vendors: Schemathesis draws from its document, all checks on."""

from pathlib import Path

import httpx
import pytest
from hypothesis import Phase, settings

from contract_tests.bench import Bench
from contract_tests.collector import Collector
from contract_tests.conformance import findings
from contract_tests.target import Target
from mockserver import admin
from mockserver.contract.document import Document
from mockserver.server import Settings, running

READ = Document(Path(admin.__file__).with_name("openapi.yaml"))
FEW = settings(max_examples=12, derandomize=True, database=None, deadline=None, phases=[Phase.explicit, Phase.generate])


@pytest.fixture(scope="module")
def target():
    with running(Settings(port=0)) as (url, _), httpx.Client(timeout=30) as http:
        yield Target(READ, url, {}, http, Collector().note)


@pytest.mark.parametrize("operation", READ.operations, ids=lambda each: each.operation_id)
def test_what_is_drawn_from_the_document_is_answered_as_the_document_says(target, operation):
    found = findings(Bench(target), operation, depth=FEW)
    assert not found, "\n\n".join(found[:5])
