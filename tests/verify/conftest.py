import pytest

from contract_tests.collector import COLLECTOR


@pytest.fixture(autouse=True)
def apart(monkeypatch):
    """Keep what these tests' servers answer, wrong on purpose, out of what the suite itself has seen."""
    monkeypatch.setattr(COLLECTOR, "seen", {})
    monkeypatch.setattr(COLLECTOR, "misfits", {})
