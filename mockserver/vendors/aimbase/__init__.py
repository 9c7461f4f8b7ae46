"""Aimbase: subscribers' opt-ins and e-mail status, as an OData 4.0 entity set.

`Settings`: `page_size`, rows on a page of the service's own (none unless set), and `case_insensitive_strings`.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar
from urllib.parse import quote

from mockserver.consent import Body, Consent
from mockserver.errors import (
    ApiError,
    BadRequest,
    HeadersTooLarge,
    InternalError,
    MethodNotAllowed,
    NoRoute,
    PayloadTooLarge,
    RequestTimeout,
    Unauthorized,
)
from mockserver.odata import Page, Query, QueryError, parse
from mockserver.odata.wording import unusable_property
from mockserver.vendors import Answer, Vendor
from mockserver.vendors.aimbase.records import (
    CENTRAL,
    ENTITY,
    ENTITY_IGNORING_CASE,
    FILTERABLE,
    TOKEN_LIFE,
    Account,
    Settings,
    Subscriber,
    value_of,
)

METADATA = re.compile(
    r"(?:^|,)\s*application/json\s*(?:;[^,]*)?;\s*odata\.metadata=(none|minimal|full)\s*(?:[;,]|$)", re.IGNORECASE
)
DATES = frozenset({"OptInDate", "CreateDate", "UpdateDate"})
WORDING: Mapping[type[ApiError], str] = {
    Unauthorized: "Authorization has been denied for this request.",
    MethodNotAllowed: "The requested resource does not support http method '{method}'.",
    RequestTimeout: "The request was not received in time.",
    PayloadTooLarge: "Maximum request length exceeded.",
    HeadersTooLarge: "The request headers are too large.",
    InternalError: "An internal error has occurred.",
}
Pairs = list[tuple[str, str]]


class Aimbase(Vendor):
    """Aimbase's OData service, version 2 of the API."""

    name = "aimbase"
    account = Account
    records: ClassVar = (Settings, Subscriber)

    def authorise(self, account: Account) -> None:
        """Refuse a token that was issued too long ago."""
        if account.issued is not None and account.issued + TOKEN_LIFE <= self.clock.now():
            raise Unauthorized

    def query_subscriber_opt_ins(self, query: Pairs, accept: str | None, base_url: str) -> Answer:
        """Filter, sort and fetch subscribers.

        Returns:
            {"@odata.context": url, "@odata.count"?: int, "value": [row], "@odata.nextLink"?: url}

        Raises:
            BadRequest: the query cannot be understood or evaluated.

        Source:
            Subscriber Opt In API.
        """
        settings = self.store.get(Settings, "settings") or Settings()
        try:
            asked = self._parse(query, ignore_case=settings.case_insensitive_strings)
            page = asked.run(self.store.all(Subscriber))
        except QueryError as error:
            raise BadRequest(str(error)) from None
        level = METADATA.search(accept or "")
        metadata = level[1].lower() if level else "minimal"
        body = _render(page, asked, settings.page_size, metadata, base_url, query)
        return Answer(body, f"odata.metadata={metadata}; odata.streaming=true")

    def consents(self) -> Iterator[Consent]:
        """One standing a subscriber."""
        return (Consent(each.email, None, each.state, each.stamp) for each in self.store.all(Subscriber))

    def render_error(self, error: ApiError) -> Body:
        """Write an OData error; a path that is not there has the plain shape of the framework below."""
        if isinstance(error, NoRoute):
            return {"Message": f"No HTTP resource was found that matches the request URI '{error.facts['url']}'."}
        text = WORDING.get(type(error), "").format(**error.facts) or "; ".join(error.details)
        return {"error": {"code": "", "message": text}}

    def _parse(self, query: Pairs, *, ignore_case: bool) -> Query:
        entity = ENTITY_IGNORING_CASE if ignore_case else ENTITY
        asked = parse(query, entity, clock=self.clock.now, zone=CENTRAL, any_case=self.lenient)
        for name in asked.properties_used:
            if name not in FILTERABLE:
                if self.strict:
                    raise unusable_property(name, "$filter")
                self.note("AIMBASE-B07", f"$filter on {name}, which the page does not list")
        return asked


def _render(page: Page[Subscriber], asked: Query, size: int | None, metadata: str, base: str, query: Pairs) -> Body:  # noqa: PLR0913, PLR0917 - what an answer is made of
    rows = page.rows if size is None else page.rows[:size]
    body: dict[str, Any] = {}
    if metadata != "none":
        selected = f"({','.join(asked.select)})" if asked.select is not None else ""
        body["@odata.context"] = f"{base}/odata/V2/$metadata#SubscriberOptIn{selected}"
    if asked.count:
        body["@odata.count"] = page.count
    body["value"] = [_row(each, asked.properties, metadata, base) for each in rows]
    if len(rows) < len(page.rows):
        body["@odata.nextLink"] = f"{base}/odata/v2/SubscriberOptIn?{_next(query, asked, len(rows))}"
    return body


def _row(row: Subscriber, properties: tuple[str, ...], metadata: str, base: str) -> Body:
    shown: dict[str, Any] = {}
    if metadata == "full":
        link = f"{base}/odata/V2/SubscriberOptIn({row.id})"
        shown = {"@odata.type": "#Aimbase.SubscriberOptIn", "@odata.id": link, "@odata.editLink": link}
    for name in properties:
        if metadata == "full" and name in DATES:
            shown[f"{name}@odata.type"] = "#DateTimeOffset"
        shown[name] = value_of(row, name)
    return shown


def _next(query: Pairs, asked: Query, shown: int) -> str:
    """Ask for what comes after this page, in the words of the request."""
    moved = {"$skip": str(asked.skip + shown)}
    if asked.top is not None:
        moved["$top"] = str(asked.top - shown)
    kept = [(name, value) for name, value in query if name.lower() not in moved]
    return "&".join(f"{quote(name, safe='$')}={quote(value, safe=',')}" for name, value in (*kept, *moved.items()))
