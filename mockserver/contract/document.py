"""OpenAPI documents as the engine, the linter and the contract suite read them."""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from mockserver.contract import specs
from mockserver.contract.bodies import reader, writer
from mockserver.contract.dotnet import QUERY_READERS, QueryReader
from mockserver.contract.elements import Content, Operation, Parameter, Response, Scheme
from mockserver.contract.schema import Schema, Validator, follow, to_draft_4
from mockserver.contract.text import read_file, read_yaml
from mockserver.errors import DocumentError, pointer_to

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


class Document:
    """One vendor's contract. `raw` is the file as it stands."""

    def __init__(self, path: Path, raw: bytes | None = None) -> None:
        """Read a document.

        Raises:
            DocumentError: not YAML, or not an OpenAPI 3.0 object.
        """
        self.path = path
        self.name = path.stem
        self.raw = read_file(path) if raw is None else raw
        tree = read_yaml(self.raw, str(path))
        if not isinstance(tree, dict) or not str(tree.get("openapi", "")).startswith("3.0."):
            raise DocumentError(f"{path}: this is no OpenAPI 3.0 document: the key 'openapi' must say 3.0.x")
        self.tree: dict[str, Any] = tree
        try:  # read all of it now
            _ = self.title, self.version, self.hosts, self.charsets, self.query_reader, self.schemes, self.operations
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise DocumentError(
                f"{path}: this is not the shape of an OpenAPI document ({error!r}); 'mockserver lint' tells the place"
            ) from None

    @property
    def title(self) -> str:
        """The title in `info`."""
        return str(self.tree["info"]["title"])

    @property
    def version(self) -> str:
        """The version in `info`."""
        return str(self.tree["info"]["version"])

    @property
    def ignores_path_case(self) -> bool:
        """Whether the vendor takes paths in any letter case (`x-case-insensitive-paths`)."""
        return bool(self.tree.get("x-case-insensitive-paths", False))

    @property
    def ignores_trailing_slash(self) -> bool:
        """Whether the vendor takes a path with a slash at its end for the one without (`x-ignores-trailing-slash`)."""
        return bool(self.tree.get("x-ignores-trailing-slash", False))

    @property
    def query_reader(self) -> type[QueryReader] | None:
        """How queries are read (`x-query-reader`), None where parameters are read one by one, as they are written."""
        name = self.tree.get("x-query-reader")
        if name is not None and name not in QUERY_READERS:
            raise DocumentError(
                f"{self.path}: x-query-reader: there is no {name!r}; readers are {', '.join(QUERY_READERS)}"
            )
        return None if name is None else QUERY_READERS[name]

    @property
    def charsets(self) -> tuple[str, ...]:
        """The charsets of answers, the usual one first; empty where nobody may choose (`x-answer-charsets`)."""
        found = self.tree.get("x-answer-charsets", [])
        if not isinstance(found, list) or not set(found) <= {"utf-8", "utf-16"}:
            raise DocumentError(f"{self.path}: x-answer-charsets is a list of utf-8 and utf-16")
        return tuple(found)

    @property
    def aliases(self) -> Mapping[str, tuple[str, str]]:
        """Paths that `--lenient` takes for others (`x-lenient-aliases`): by path the true one, and the clause."""
        return {
            each["path"]: (path, each["clause"])
            for path, item in self.tree.get("paths", {}).items()
            for each in item.get("x-lenient-aliases", ())
        }

    @cached_property
    def hosts(self) -> tuple[str, ...]:
        """The vendor's own hosts, a variable label as `*`; a host that is nothing but a variable is left out."""
        found = []
        for server in self.tree.get("servers", []):
            host = re.sub(r"^[a-z]+://|[/:](?![^{]*\}).*$", "", server["url"])
            pattern = re.sub(r"\{[^}]*\}", "*", host)
            if pattern.strip("*.") and pattern not in found:
                found.append(pattern)
        return tuple(found)

    @cached_property
    def components(self) -> Schema:
        """The components, as the validators need them."""
        rewritten: Schema = to_draft_4(self.tree.get("components", {}))
        return rewritten

    @cached_property
    def schemes(self) -> Mapping[str, Scheme]:
        """The security schemes that are headers."""
        found = {}
        for name, scheme in self.tree.get("components", {}).get("securitySchemes", {}).items():
            if scheme["type"] == "http":
                found[name] = Scheme(name, "authorization", scheme["scheme"].capitalize())
            elif scheme["type"] == "apiKey" and scheme["in"] == "header":
                found[name] = Scheme(name, scheme["name"].lower(), None)
            else:
                raise DocumentError(f"{self.path}: security scheme {name}: only credentials in a header are supported")
        return found

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """The operations, in the document's order."""
        return tuple(self._operations())

    def resolve(self, node: Any) -> Any:
        """Follow a `$ref`, and the one it leads to."""
        seen = set()
        while isinstance(node, dict) and "$ref" in node:
            if node["$ref"] in seen:
                raise DocumentError(f"{self.path}: $ref {node['$ref']!r} refers to itself")
            seen.add(node["$ref"])
            node = follow(self.tree, node["$ref"])
        return node

    def validator(self, schema: Schema) -> Validator:
        """Compile a schema of this document."""
        return Validator(schema, self.components)

    def _operations(self) -> Iterator[Operation]:
        for path, item in self.tree.get("paths", {}).items():
            for method in METHODS:
                if method in item:
                    yield self._operation(path, method, item)

    def _operation(self, path: str, method: str, item: Mapping[str, Any]) -> Operation:
        node = item[method]
        place = f"{self.path}: {method.upper()} {path}"
        if "operationId" not in node:
            raise DocumentError(f"{place}: operationId is missing: it names the handler")
        try:
            parameters = self._parameters([*item.get("parameters", ()), *node.get("parameters", ())])
            sent = next((each.validator for each in parameters if each.name.lower() == "content-type"), None)
            return Operation(
                operation_id=node["operationId"],
                method=method.upper(),
                path=path,
                pointer=pointer_to("paths", path, method),
                parameters=parameters,
                content=self._content(self.resolve(node["requestBody"]), sent) if "requestBody" in node else None,
                responses={
                    int(status): self._response(self.resolve(each))
                    for status, each in node["responses"].items()
                    if not str(status).startswith("x-")
                },
                query=self._query(parameters),
                secret=bool(node.get("x-secret", False)),
            )
        except (KeyError, ValueError) as error:
            raise DocumentError(f"{place}: {error!r} is missing, or no status of three digits") from None
        except DocumentError as error:
            raise DocumentError(f"{place}: {error}") from None

    def _parameters(self, nodes: list[Any]) -> tuple[Parameter, ...]:
        """Read them; an operation's own takes the place of its path's of the same name."""
        found = (self._parameter(self.resolve(each)) for each in nodes)
        return tuple({(each.name, each.where): each for each in found}.values())

    def _parameter(self, node: Mapping[str, Any]) -> Parameter:
        schema = self.resolve(node["schema"])
        validator = self.validator(schema)
        return Parameter(
            name=node["name"],
            where=node["in"],
            required=node.get("required", False),
            schema=schema,
            validator=validator,
            lenient=node.get("x-lenient"),
        )

    def _query(self, parameters: tuple[Parameter, ...]) -> QueryReader | None:
        queried = [each for each in parameters if each.where == "query"]
        return self.query_reader(queried) if self.query_reader and queried else None

    def _content(self, node: Mapping[str, Any], sent: Validator | None) -> Content:
        return Content(
            validators={name: self.validator(each["schema"]) for name, each in node["content"].items()},
            charsets={name: tuple(each.get("x-charsets", ("utf-8",))) for name, each in node["content"].items()},
            required=node.get("required", False),
            default=node.get("x-default-media-type"),
            sent=sent,
            readers={name: reader(each, self.resolve) for name, each in node["content"].items() if "x-reader" in each},
            drops={name: each["x-drops"] for name, each in node["content"].items() if "x-drops" in each},
            dubious={name: each["x-dubious"] for name, each in node["content"].items() if "x-dubious" in each},
            lenient=node.get("x-lenient"),
        )

    def _response(self, node: Mapping[str, Any]) -> Response:
        constant = []
        for name, header in node.get("headers", {}).items():
            values = self.resolve(self.resolve(header).get("schema", {})).get("enum", ())
            if len(values) == 1:
                constant.append((name, str(values[0])))
        contents = {}
        for name, content in node.get("content", {}).items():
            parameters = content.get("x-parameters")
            content_type = f"{name}; {parameters}" if parameters else name
            contents[name] = content_type, writer(name, content.get("schema", {}), self.resolve)
        return Response(contents, tuple(constant), tuple(node.get("x-clauses", ())))


def names() -> list[str]:
    """List the vendors: one exists where its document does."""
    return sorted(path.stem for path in specs().glob("*.yaml"))


def load(name: str) -> Document:
    """Load a vendor's document."""
    return Document(specs() / f"{name}.yaml")
