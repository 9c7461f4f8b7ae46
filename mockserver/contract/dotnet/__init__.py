"""Bodies and queries as .NET reads and writes them, by a document's schemas; what it reads in silence is told.

A document names the reader of a request's media type by its key in `READERS`, that of its queries by its key in
`QUERY_READERS`.
"""

from collections.abc import Callable, Mapping

from mockserver.contract.dotnet import datacontract, newtonsoft
from mockserver.contract.dotnet.query import Reader as QueryReader
from mockserver.contract.dotnet.reading import Reader, Reading
from mockserver.contract.dotnet.shape import Resolve
from mockserver.contract.schema import Schema

__all__ = ["QUERY_READERS", "READERS", "QueryReader", "Reader", "Reading"]

READERS: Mapping[str, Callable[[Schema, Resolve], Reader]] = {
    "newtonsoft": newtonsoft.Reader,
    "datacontract": datacontract.Reader,
}
QUERY_READERS: Mapping[str, type[QueryReader]] = {"web-api": QueryReader}
