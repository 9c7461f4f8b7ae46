from dataclasses import replace

import pytest

from tests.odata.odata_desk import PERSON


@pytest.fixture
def caseless():
    """The entity type as a database would hold it that compares strings without their case."""
    return replace(PERSON, ignore_case=True)
