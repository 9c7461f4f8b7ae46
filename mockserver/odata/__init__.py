"""OData 4.0 over flat entity types: queries (tokens, typed tree, evaluation, pages), keys, answers, description.

`parse` turns a query string's pairs into a `Query`, `plan` fetches the rows that it goes over, and `Plan.run` finds the
rows of a page. `Rendering` writes
answers, `csdl.write` the description of the service. Every refusal is a `QueryError`.
"""

from mockserver.odata.formats import Metadata
from mockserver.odata.keys import read_key
from mockserver.odata.model import EntityType, Primitive, Property, Reading
from mockserver.odata.options import parse
from mockserver.odata.plan import Plan, plan
from mockserver.odata.query import Page, Query
from mockserver.odata.rendering import EntitySet, Rendering
from mockserver.odata.wording import QueryError

__all__ = [
    "EntitySet",
    "EntityType",
    "Metadata",
    "Page",
    "Plan",
    "Primitive",
    "Property",
    "Query",
    "QueryError",
    "Reading",
    "Rendering",
    "parse",
    "plan",
    "read_key",
]
