"""How bodies are written and read, by media type and by what the document says of it."""

from collections.abc import Callable, Mapping
from typing import Any

from mockserver.contract.dotnet import READERS, Reader, datacontract
from mockserver.contract.schema import Schema
from mockserver.errors import DocumentError
from mockserver.pieces import write_json

Resolve = Callable[[Any], Any]
Writer = Callable[[Any], bytes]


def writer(media_type: str, schema: Schema, resolve: Resolve) -> Writer:
    """Compile how answers of a media type are written."""
    if media_type.endswith("json"):
        return write_json
    if media_type.endswith("xml") and "xml" in resolve(schema):
        return datacontract.Writer(schema, resolve).write
    return str.encode


def reader(content: Mapping[str, Any], resolve: Resolve) -> Reader:
    """Compile how requests of a media type object with `x-reader` are read.

    Raises:
        DocumentError: there is no reader of that name.
    """
    name = content["x-reader"]
    if name not in READERS:
        raise DocumentError(f"x-reader: there is no {name!r}; readers are {', '.join(READERS)}")
    return READERS[name](content["schema"], resolve)
