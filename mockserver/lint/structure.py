"""Documents against the OpenAPI specification: the schema of documents, and what no schema can say.

Both come from openapi-spec-validator. Its schema is compiled here, since its own errors do not tell which of several
forms a node nearly has; its further checks get the places that they leave out.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NoReturn

import jsonschema_rs

from mockserver.errors import pointer_to
from mockserver.lint.note import Note
from mockserver.lint.report import Severity
from mockserver.lint.survey import Survey


class _Nowhere(dict[str, Any]):
    """Fetches nothing by any scheme: the library takes a `$ref` in a default value for a reference, and goes there."""

    def __contains__(self, scheme: object) -> bool:
        """Claim every scheme."""
        return True

    def __missing__(self, scheme: str) -> NoReturn:
        """Refuse it."""
        raise LookupError(f"{scheme}: nothing is fetched")


def check(survey: Survey) -> Iterator[Note]:
    """List all that the specification does not allow, one remark for a place but where the schema has several."""
    told = set()
    for note in _by_schema(survey.plain):
        told.add(note.pointer)
        yield note
    for note in (*survey.misfits, *_beyond_schema(survey, sound=not (told or survey.misfits or survey.references))):
        if note.pointer not in told:
            yield note


def _by_schema(tree: Any) -> Iterator[Note]:
    for error in _schema().iter_errors(tree):
        for leaf in _leaves(error):
            pointer = pointer_to(*leaf.instance_path)
            details = leaf.kind.as_dict()
            if "unexpected" in details:
                yield from (
                    Note(pointer + pointer_to(name), f"{name!r} is not allowed here") for name in details["unexpected"]
                )
            elif "context" in details:
                yield Note(pointer, "this fits none of the forms that OpenAPI has for it")
            else:
                yield Note(pointer, leaf.message)


@cache
def _schema() -> jsonschema_rs.Draft4Validator:
    from openapi_spec_validator.schemas import schema_v30  # noqa: PLC0415 - 160 ms that only the linter needs

    return jsonschema_rs.Draft4Validator(dict(schema_v30))


def _leaves(error: jsonschema_rs.ValidationError) -> Iterator[jsonschema_rs.ValidationError]:
    """Descend into the one form that a node is meant to have, where that can be told."""
    forms = [form for form in error.kind.as_dict().get("context", ()) if not _wants_reference(form)]
    forms = [form for form in forms if not any(each.kind.name == "enum" for each in form)] or forms
    if len(forms) != 1:
        yield error
        return
    for each in forms[0]:
        yield from _leaves(each)


def _wants_reference(form: list[jsonschema_rs.ValidationError]) -> bool:
    return any(each.kind.as_dict().get("property") == "$ref" for each in form)


def _beyond_schema(survey: Survey, *, sound: bool) -> Iterator[Note]:
    """Run the checks that presume a sound document; in another they go as far as they come."""
    from jsonschema_path import SchemaPath  # noqa: PLC0415 - as above
    from openapi_spec_validator import OpenAPIV30SpecValidator  # noqa: PLC0415
    from referencing.exceptions import Unresolvable  # noqa: PLC0415

    validator = _located(OpenAPIV30SpecValidator)(SchemaPath.from_dict(survey.safe, handlers=_Nowhere()))
    try:
        for error in validator.root_validator(validator.schema_path):
            yield Note(_canonical(survey.safe, (*vars(error)["place"], *error.absolute_path)), error.message)
    except (AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError, Unresolvable) as error:
        if sound:
            message = f"openapi-spec-validator gave up before its end: {error!r}"
            yield Note("", message, Severity.WARNING)


def _located(kind: Any) -> Any:
    """Let each check write down in its errors what it was looking at; the innermost has the say."""
    from jsonschema_path import SchemaPath  # noqa: PLC0415 - as above

    def located(name: str, checker: Any) -> Any:
        def look(self: Any, *args: Any, **kwargs: Any) -> Iterator[Any]:
            place = next(each for each in args if isinstance(each, SchemaPath)).parts
            for error in checker.__call__(self, *args, **kwargs):
                vars(error).setdefault("place", (*place, "default") if name == "default" else place)
                yield error

        return type(checker.__name__, (checker,), {"__call__": look})

    checkers = {name: located(name, checker) for name, checker in kind.keyword_validators.items()}
    return type(kind.__name__, (kind,), {"keyword_validators": checkers})


def _canonical(tree: Mapping[str, Any], steps: tuple[Any, ...]) -> str:
    """Lead a path that runs through references to the place where its end stands."""
    pointer, node = "", tree
    for step in steps:
        while isinstance(node, dict) and "$ref" in node:
            pointer = node["$ref"][1:]
            node = _at(tree, pointer)
        pointer += pointer_to(step)
        node = node[step] if isinstance(node, list) else node.get(step, {}) if isinstance(node, dict) else {}
    return pointer


def _at(tree: Any, pointer: str) -> Any:
    for step in pointer.split("/")[1:]:
        tree = tree[int(step) if isinstance(tree, list) else step.replace("~1", "/").replace("~0", "~")]
    return tree
