"""openapi-spec-validator as the judge: where it finds an error, so do we, in whatever words."""

import pytest
import yaml
from openapi_spec_validator import OpenAPIV30SpecValidator

from mockserver import lint
from tests.lint.test_lint_planted import PLANTED, plant

BEYOND = (
    "one operationId twice",
    "a path parameter that is not in the path",
    "a name in the path that nothing declares",
    "a default that its schema refuses",
    "a default deep in a referenced schema",
    "one tag twice",
    "a parameter twice",
    "a required member beside the parts of a composed schema",
)


def errors(path):
    """What the library finds; of a document that it cannot walk through, that."""
    try:
        return [each.message for each in OpenAPIV30SpecValidator(yaml.safe_load(path.read_text())).iter_errors()]
    except Exception as error:  # noqa: BLE001 - the library raises whatever it meets
        return [repr(error)]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param(row["change"], id=name)
        for name, row in PLANTED["document"].items()
        if row["rule"] not in {"yaml", "ref-remote"} and not name.startswith(("another version", "the version before"))
    ],
)
def test_whatever_the_library_finds_wrong_is_found(house, changes):
    path = house.document.rename(house.root / "foreign.yaml")
    plant(path, changes)
    if errors(path):
        assert any(each.severity == "error" or each.rule == "required-known" for each in lint.run([path]).findings)


@pytest.mark.parametrize("name", BEYOND)
def test_the_library_does_find_what_its_schema_cannot_say(house, name):
    path = house.document.rename(house.root / "foreign.yaml")
    plant(path, PLANTED["document"][name]["change"])
    assert errors(path)


def test_the_library_finds_nothing_in_a_good_document(house):
    assert errors(house.document) == []
