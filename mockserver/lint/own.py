"""Rules for the tool's own documents: what each statement rests on, and who handles each operation."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from mockserver import vendors
from mockserver.contract.clauses import Basis, Clause, bindings
from mockserver.contract.document import Document
from mockserver.errors import ConfigurationError, DocumentError, pointer_to
from mockserver.lint.note import Note
from mockserver.lint.registry import rule
from mockserver.lint.source import Kind, Source

Binding = tuple[str, str]


@rule("register", Kind.REGISTER, Kind.OWN)
def register_is_sound(source: Source) -> Iterator[Note]:
    """A register maps ids to clauses, all of whose members are text; each of the tool's documents has one."""
    if not source.is_own:
        yield from _misfits(source)
    elif source.register.broken:
        yield Note("", f"specs/clauses/{source.path.name}: {source.register.broken.message}")
    else:
        yield from (replace(note, in_register=True) for note in _misfits(source.register))


def _misfits(source: Source) -> Iterator[Note]:
    notes = list(_not_text(source.tree))
    yield from notes
    if not notes:
        try:
            _ = source.clauses
        except DocumentError as error:
            reason = source.reason(error)
            yield Note(pointer_to(reason.partition(": ")[0]), reason)


def _not_text(tree: Any) -> Iterator[Note]:
    for clause_id, row in tree.items() if isinstance(tree, dict) else ():
        for key, value in row.items() if isinstance(row, dict) else ():
            if not isinstance(value, str):
                yield Note(pointer_to(clause_id, key), f"{clause_id}: {key} must be text")


@rule("clause-beside-ref", Kind.OWN)
def no_clauses_beside_reference(source: Source) -> Iterator[Note]:
    """A reference has no clauses: what stands beside `$ref` is not read."""
    for pointer, node in _mappings(source.survey.plain):
        if "$ref" in node and "x-clauses" in node:
            yield Note(f"{pointer}/x-clauses", "what stands beside a $ref is not read; bind the element it leads to")


@rule("clause-unknown", Kind.OWN)
def bound_clauses_exist(source: Source) -> Iterator[Note]:
    """Every clause that a document binds, as one of a list of ids, is in its register."""
    yield from _no_lists(source)
    for register, bound in _bound(source):
        for clause_id, pointer in bound:
            if clause_id not in register:
                yield Note(pointer, f"{clause_id} is not in specs/clauses/{source.path.name}")


@rule("clause-both", Kind.OWN)
def bound_clauses_are_mocked(source: Source) -> Iterator[Note]:
    """A clause that is bound is not one of those that no answer shows."""
    for register, bound in _bound(source):
        for clause_id, pointer in bound:
            if clause_id in register and register[clause_id].not_mocked is not None:
                yield Note(
                    pointer, f"{clause_id} is bound here, and yet not-mocked in specs/clauses/{source.path.name}"
                )


@rule("clause-unbound", Kind.OWN)
def page_clauses_are_bound(source: Source) -> Iterator[Note]:
    """Every clause of the page is bound, or has a reason why not."""
    for register, bound in _bound(source):
        ids = {clause_id for clause_id, _ in bound}
        for clause in register.values():
            if clause.basis is Basis.PAGE and clause.not_mocked is None and clause.clause_id not in ids:
                message = f"{clause.clause_id} is bound to no element of specs/{source.path.name}"
                suggestion = "name it in x-clauses, or give a reason in not-mocked"
                yield Note(pointer_to(clause.clause_id), message, suggestion=suggestion, in_register=True)


def _bound(source: Source) -> Iterator[tuple[Mapping[str, Clause], list[Binding]]]:
    """Give register and bindings, or nothing where either is broken: another rule tells."""
    register = source.register
    if not (register.broken or any(_misfits(register)) or any(_no_lists(source))):
        yield register.clauses, list(_bindings(source.survey.plain))


def _no_lists(source: Source) -> Iterator[Note]:
    for pointer, node in _mappings(source.survey.plain):
        if "x-clauses" in node and not _is_list_of_text(node["x-clauses"]):
            yield Note(f"{pointer}/x-clauses", "x-clauses must be a list of clause ids")


def _bindings(tree: Any) -> Iterator[Binding]:
    """Give each bound clause with the JSON Pointer of its place in the list."""
    elements: dict[str, int] = {}
    for clause_id, pointer in bindings(tree):
        number = elements[pointer] = elements.get(pointer, -1) + 1
        yield clause_id, f"{pointer}/x-clauses/{number}"


def _mappings(node: Any, pointer: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(node, dict):
        yield pointer, node
        for key, each in node.items():
            yield from _mappings(each, pointer + pointer_to(key))
    elif isinstance(node, list):
        for number, each in enumerate(node):
            yield from _mappings(each, f"{pointer}/{number}")


def _is_list_of_text(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


@rule("handler", Kind.OWN)
def operations_have_handlers(source: Source) -> Iterator[Note]:
    """Every operation has its handler, and the engine can be built on the document."""
    if not source.is_readable_version:
        return
    try:
        vendor = vendors.find(source.document.name)
        operations = source.document.operations
    except (ConfigurationError, DocumentError) as error:
        yield Note("", source.reason(error))
        return
    notes = [note for each in operations for note in _unbound(source, vendor, each)]
    yield from notes
    if not (notes or source.structure or source.survey.references):
        yield from _unbuilt(source, vendor)


def _unbound(source: Source, vendor: type[vendors.Vendor], operation: Any) -> Iterator[Note]:
    from mockserver.engine.operation import BoundOperation  # noqa: PLC0415 - foreign documents need no engine
    from mockserver.engine.reply import Replies  # noqa: PLC0415 - as above

    place = f"{operation.pointer}/operationId"
    replies = Replies(source.document)
    return _refused(source, place, lambda: BoundOperation(source.document, operation, vendor, replies))


def _unbuilt(source: Source, vendor: type[vendors.Vendor]) -> Iterator[Note]:
    from mockserver.engine.composition import bind  # noqa: PLC0415 - 250 ms, of which foreign documents have no use
    from mockserver.engine.reply import Replies  # noqa: PLC0415 - as above

    return _refused(source, "", lambda: bind(Document(source.path), vendor, Replies(source.document)))


def _refused(source: Source, pointer: str, build: Callable[[], object]) -> Iterator[Note]:
    try:
        build()
    except DocumentError as error:
        yield Note(pointer, source.reason(error))
