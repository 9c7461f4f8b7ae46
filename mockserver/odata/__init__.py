"""OData 4.0's query options over one flat entity type: tokens, typed tree, evaluation.

`parse` turns a query string's pairs into a `Query`, and `Query.run` finds the rows. Every refusal is a `QueryError`.
"""

from mockserver.odata.model import EntityType, Primitive, Property
from mockserver.odata.options import parse
from mockserver.odata.query import Page, Query
from mockserver.odata.wording import QueryError

__all__ = ["EntityType", "Page", "Primitive", "Property", "Query", "QueryError", "parse"]
