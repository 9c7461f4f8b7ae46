from pathlib import Path

import pytest

import mockserver
from mockserver import contract
from mockserver.contract import clauses, document


def test_the_data_of_a_checkout_lies_beside_the_package():
    beside = Path(mockserver.__file__).parent.parent
    assert contract.specs() == beside / "specs"
    assert contract.fixtures() == beside / "fixtures"


def test_the_data_of_a_wheel_lies_inside_the_package(tmp_path, monkeypatch):
    package = tmp_path / "mockserver"
    (package / "specs").mkdir(parents=True)
    monkeypatch.setattr(contract, "PACKAGE", package)
    assert contract.specs() == package / "specs"
    assert contract.fixtures() == tmp_path / "fixtures"


def test_a_vendor_exists_where_its_document_does(tmp_path, monkeypatch):
    for name in ("zeta.yaml", "acme.yaml", "notes.txt", "clauses/other.yaml"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("openapi: 3.0.3")
    monkeypatch.setattr(document, "specs", lambda: tmp_path)
    assert document.names() == ["acme", "zeta"]


@pytest.mark.parametrize("name", document.names())
def test_each_document_can_be_used_and_binds_only_clauses_of_its_register(name):
    loaded = document.load(name)
    assert loaded.name == name
    assert loaded.operations
    register = clauses.load(name)
    assert {clause_id for clause_id, _ in clauses.bindings(loaded.tree)} <= register.keys()
    assert all(clause.clause_id == clause_id for clause_id, clause in register.items())
