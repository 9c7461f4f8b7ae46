"""Bodies as .NET reads and writes them, by a document's schemas; what it reads in silence is told.

A document names the reader of a request's media type by its key in `READERS`.
"""

from collections.abc import Callable, Mapping

from mockserver.contract.dotnet import datacontract, newtonsoft
from mockserver.contract.dotnet.reading import Reader, Reading
from mockserver.contract.dotnet.shape import Resolve
from mockserver.contract.schema import Schema

__all__ = ["READERS", "Reader", "Reading"]

READERS: Mapping[str, Callable[[Schema, Resolve], Reader]] = {
    "newtonsoft": newtonsoft.Reader,
    "datacontract": datacontract.Reader,
}
