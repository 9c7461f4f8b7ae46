"""How parameters are drawn of which a schema says too little: in their language, or mostly like their examples."""

from collections.abc import Iterator, Mapping
from typing import Any

from hypothesis import strategies as st

from contract_tests.filters import Texts, filters
from contract_tests.steps import named, node_of, parameter_examples
from mockserver.contract.document import Document

FILTER = "odata-filter"
"""The format of parameters that are filters of OData."""
MOSTLY = 0.9
FREE = frozenset({"type", "minLength", "example", "description"})


def settings(document: Document, values: Mapping[str, str]) -> dict[str, Any]:
    """Give settings of Schemathesis: `values` are pinned path parameters, free texts get dictionaries of examples."""
    dictionaries: dict[str, Any] = {}
    bound: dict[str, Any] = {f"path.{name}": value for name, value in values.items()}
    for operation in document.operations:
        for each in operation.parameters:
            name = f"{each.where}.{each.name}"
            examples = parameter_examples(document, operation, each)
            if examples and each.schema.get("type") == "string" and each.schema.keys() <= FREE and name not in bound:
                dictionaries[name] = {"values": examples}
                bound[name] = {"dictionary": name, "probability": MOSTLY}
    return {"dictionaries": dictionaries, "parameters": bound}


def filters_of(document: Document) -> Texts:
    """Draw filters of the rows that a document's operations answer, nine of ten of them good."""
    found = [filters(properties, rows) for properties, rows in _answers(document)]
    return st.integers(0, 9).flatmap(lambda number: st.one_of(found) if found and number else st.text())


def _answers(document: Document) -> Iterator[tuple[Mapping[str, Any], list[Mapping[str, Any]]]]:
    """List the properties of rows that a filter is about, and rows of the examples."""
    for operation in document.operations:
        if any(each.schema.get("format") == FILTER for each in operation.parameters):
            success = document.resolve(node_of(document, operation)["responses"][str(operation.success)])
            content = success["content"].get("application/json", {})
            rows = document.resolve(content.get("schema", {})).get("properties", {}).get("value")
            if rows:
                known = [row for each in named(document, content) for row in each["value"]]
                yield document.resolve(rows["items"])["properties"], known
