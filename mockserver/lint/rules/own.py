"""Rules for the tool's own documents: what each statement rests on, and who handles each operation."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from mockserver import vendors
from mockserver.contract.clauses import Basis, Clause, bindings
from mockserver.contract.document import Document
from mockserver.errors import ConfigurationError, DocumentError, pointer_to
from mockserver.lint.note import Note
from mockserver.lint.report import Severity
from mockserver.lint.rule import Rule
from mockserver.lint.source import Kind, Source

Binding = tuple[str, str]
GOOD = """\
openapi: 3.0.3
info: {title: Acme, version: "1", x-clauses: [ACME-01]}
paths:
  /lists/{listId}:
    parameters: [{$ref: "#/components/parameters/ListId"}]
    post:
      operationId: opt_out
      requestBody: {x-clauses: [ACME-02], content: {application/json: {schema: {type: object}}}}
      responses: {"200": {description: Done., content: {application/json: {schema: {type: object}}}}}
components:
  parameters:
    ListId: {name: listId, in: path, required: true, schema: {type: integer}}
"""
REGISTER = """\
ACME-01: {says: There is a list., basis: page, source: the page}
ACME-02: {says: It takes an address., basis: page, source: the page}
ACME-03: {says: It was written in 2018., basis: page, source: the page, not-mocked: no answer shows it}
"""


class Register(Rule):
    """A register maps ids to clauses, all of whose members are text; each of the tool's documents has one."""

    rule_id = "register"
    severity = Severity.ERROR
    kinds = (Kind.REGISTER, Kind.OWN)
    reason = "Nobody can check a statement whose source is not told."
    good = REGISTER
    bad = REGISTER.replace("basis: page, source: the page, not-mocked", "basis: guess, source: the page, not-mocked")

    def check(self, source: Source) -> Iterator[Note]:
        """Look at a register, or a document's."""
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


class BesideReference(Rule):
    """A reference has no clauses: what stands beside `$ref` is not read."""

    rule_id = "clause-beside-ref"
    severity = Severity.ERROR
    kinds = (Kind.OWN,)
    reason = "The clause would seem bound, and nothing would show it; bind the element that the reference leads to."
    good = GOOD
    bad = GOOD.replace('ListId"}]', 'ListId", x-clauses: [ACME-01]}]')

    def check(self, source: Source) -> Iterator[Note]:
        """Look beside each reference."""
        for pointer, node in _mappings(source.survey.plain):
            if "$ref" in node and "x-clauses" in node:
                yield Note(
                    f"{pointer}/x-clauses", "what stands beside a $ref is not read; bind the element it leads to"
                )


class UnknownClause(Rule):
    """Every clause that a document binds, as one of a list of ids, is in its register."""

    rule_id = "clause-unknown"
    severity = Severity.ERROR
    kinds = (Kind.OWN,)
    reason = "An id that is in no register says nothing of where a statement comes from."
    good = GOOD
    bad = GOOD.replace("[ACME-02]", "[ACME-02, ACME-99]")

    def check(self, source: Source) -> Iterator[Note]:
        """Compare bindings and register."""
        yield from _no_lists(source)
        for register, bound in _bound(source):
            for clause_id, pointer in bound:
                if clause_id not in register:
                    yield Note(pointer, f"{clause_id} is not in specs/clauses/{source.path.name}")


class BoundNotMocked(Rule):
    """A clause that is bound is not one of those that no answer shows."""

    rule_id = "clause-both"
    severity = Severity.ERROR
    kinds = (Kind.OWN,)
    reason = "Of an element that shows a clause and a reason why none does, one is wrong."
    good = GOOD
    bad = GOOD.replace("[ACME-02]", "[ACME-02, ACME-03]")

    def check(self, source: Source) -> Iterator[Note]:
        """Compare bindings and reasons."""
        for register, bound in _bound(source):
            for clause_id, pointer in bound:
                if clause_id in register and register[clause_id].not_mocked is not None:
                    message = f"{clause_id} is bound here, and yet not-mocked in specs/clauses/{source.path.name}"
                    yield Note(pointer, message)


class Unbound(Rule):
    """Every clause of the page is bound, or has a reason why not."""

    rule_id = "clause-unbound"
    severity = Severity.ERROR
    kinds = (Kind.OWN,)
    reason = "A statement of the page that no element shows is forgotten, or not mocked, which must be said."
    good = GOOD
    bad = GOOD.replace("x-clauses: [ACME-02], ", "")

    def check(self, source: Source) -> Iterator[Note]:
        """Compare the register and the bindings."""
        for register, bound in _bound(source):
            ids = {clause_id for clause_id, _ in bound}
            for clause in register.values():
                if clause.basis is Basis.PAGE and clause.not_mocked is None and clause.clause_id not in ids:
                    message = f"{clause.clause_id} is bound to no element of specs/{source.path.name}"
                    suggestion = "name it in x-clauses, or give a reason in not-mocked"
                    yield Note(pointer_to(clause.clause_id), message, suggestion, in_register=True)


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


class Handler(Rule):
    """Every operation has its handler, and the engine can be built on the document."""

    rule_id = "handler"
    severity = Severity.ERROR
    kinds = (Kind.OWN,)
    reason = "The server would not start."
    good = GOOD
    bad = GOOD.replace("operationId: opt_out", "operationId: opt_in")

    def check(self, source: Source) -> Iterator[Note]:
        """Bind all operations, and then the engine, as at a start."""
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
