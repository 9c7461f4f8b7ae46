"""Rules for files, before anything is known of what they hold, and for documents as a whole."""

from collections.abc import Iterator

from mockserver.lint.note import Note
from mockserver.lint.report import Severity
from mockserver.lint.rule import Rule
from mockserver.lint.source import Kind, Source


class Readable(Rule):
    """Every file can be read, and has no key twice."""

    rule_id = "yaml"
    severity = Severity.ERROR
    kinds = (Kind.ANY,)
    reason = "What cannot be read says nothing, and of a key that stands twice readers silently take the last."
    good = "tags: [{name: Mails}]\n"
    bad = "tags: [{name: Mails}]\ntags: [{name: Lists}]\n"

    def check(self, source: Source) -> Iterator[Note]:
        """Tell why a file cannot be read."""
        repeated = source.positions.repeated if source.broken or source.is_json else ()
        yield from (Note("", f"the key {key} stands above already", mark=mark) for key, mark in repeated)
        if source.broken and source.broken.mark not in {mark for _, mark in repeated}:
            yield source.broken


class Known(Rule):
    """Every file is one that the linter knows."""

    rule_id = "unknown-file"
    severity = Severity.WARNING
    kinds = (Kind.UNKNOWN,)
    reason = "A file that is taken for nothing is checked by nothing; `exclude` it, or give it the key `openapi`."
    good = "openapi: 3.0.3\ninfo: {title: Acme, version: '1'}\npaths: {}\n"
    bad = "mails: []\n"

    def check(self, source: Source) -> Iterator[Note]:
        """Tell of a file that is of no kind."""
        yield Note("", f"{source.path.name} is no OpenAPI document, no clause register and no fixture")


class Structure(Rule):
    """A document is of OpenAPI 3.0, and keeps the schema of that specification."""

    rule_id = "openapi"
    severity = Severity.ERROR
    kinds = (Kind.DOCUMENT, Kind.OWN)
    reason = "Readers ignore or refuse what the specification does not have. Swagger 2.0 and OpenAPI 3.1 are not read."
    good = (
        "paths:\n  /mails:\n    get:\n      summary: List mails\n      responses: {'200': {description: The mails.}}\n"
    )
    bad = "paths:\n  /mails:\n    get:\n      sumary: List mails\n      responses: {'200': {description: The mails.}}\n"

    def check(self, source: Source) -> Iterator[Note]:
        """Hold a document to the schema of documents."""
        if source.is_readable_version:
            yield from source.structure
            return
        tree = source.tree if isinstance(source.tree, dict) else {}
        key = next((each for each in ("openapi", "swagger") if each in tree), "")
        said = f"not {key} {tree[key]!r}" if key else "and there is no key 'openapi'"
        suggestion = "convert the document to OpenAPI 3.0 first" if key == "swagger" else "openapi: 3.0.3"
        yield Note(f"/{key}", f"only OpenAPI 3.0.x is supported, {said}", suggestion)
