"""Aimbase: subscribers' opt-ins and e-mail status, as an OData 4.0 entity set, beside the services that fill it.

`Settings`: `page_size`, rows on a page of the service's own (none unless set), `case_insensitive_strings`, and
`opt_in_resubscribes`, whether a submission with consent ends what was unsubscribed.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import ClassVar

from mockserver.consent import Body, Consent
from mockserver.errors import (
    ApiError,
    BadRequest,
    HeadersTooLarge,
    InternalError,
    Invalid,
    MethodNotAllowed,
    NoRoute,
    NotFound,
    PayloadTooLarge,
    RequestTimeout,
    Unauthorized,
    Unreadable,
    UnsupportedCoding,
    UnsupportedMediaType,
)
from mockserver.odata import (
    EntitySet,
    Metadata,
    Query,
    QueryError,
    Reading,
    Rendering,
    csdl,
    options,
    parse,
    plan,
    read_key,
)
from mockserver.odata.paging import next_query
from mockserver.odata.wording import unusable_property
from mockserver.vendors import Answer, Work
from mockserver.vendors.aimbase import protocol
from mockserver.vendors.aimbase.records import (
    CENTRAL,
    FILTERABLE,
    NAMESPACE,
    SUBSCRIBERS,
    SUBSCRIBERS_IGNORING_CASE,
    TOKEN_LIFE,
    Account,
    OptInList,
    Settings,
    Subscriber,
    SubscriberType,
    User,
    consent,
)
from mockserver.vendors.aimbase.rows import Rows
from mockserver.vendors.aimbase.services import PLAIN, Services, WrongPassword, first_fault

WORDING: Mapping[type[ApiError], str] = {
    WrongPassword: "Incorrect Username/Password",
    Unauthorized: "Authorization has been denied for this request.",
    NotFound: "No entity with that key was found.",
    MethodNotAllowed: "The requested resource does not support http method '{method}'.",
    RequestTimeout: "The request was not received in time.",
    PayloadTooLarge: "Maximum request length exceeded.",
    UnsupportedMediaType: "The request entity's media type '{media_type}' is not supported for this resource.",
    UnsupportedCoding: "The request entity's content encoding '{coding}' is not supported for this resource.",
    HeadersTooLarge: "The request headers are too large.",
    InternalError: "An internal error has occurred.",
}
Pairs = list[tuple[str, str]]


class Aimbase(Services):
    """Aimbase's OData service, version 2 of the API, with the login and the subscriber service."""

    name = "aimbase"
    account = Account
    records: ClassVar = (Settings, User, OptInList, SubscriberType, Subscriber)

    def authorise(self, account: Account) -> None:
        """Refuse a token that was issued too long ago."""
        if account.issued is not None and self.clock.now() - account.issued >= TOKEN_LIFE:
            raise Unauthorized

    def query_subscriber_opt_ins(
        self, query: Pairs, accept: str | None, prefer: str | None, odata_max_version: str | None, base_url: str
    ) -> Work:
        """Filter, sort and fetch subscribers.

        Returns:
            {"@odata.context": url, "@odata.count"?: int, "value": [row], "@odata.nextLink"?: url}

        Raises:
            BadRequest: the query cannot be understood or evaluated.

        Source:
            Subscriber Opt In API.
        """
        with _protocol(odata_max_version):
            asked = self._parse(query, options.OF_COLLECTION)
        preferred, most = protocol.page_size(prefer), self._settings.page_size
        planned, shown = plan(asked, Rows(self.store), most=most, preferred=preferred), self._set
        rendering = _rendering(base_url, asked.metadata, accept)
        size = min(preferred or 0, most or preferred or 0)
        headers = {"Preference-Applied": f"{protocol.MAX_PAGE_SIZE}={size}"} if preferred else {}

        def answer() -> Answer:
            with _refusals():
                page = planned.run()
            link = None
            if page.token is not None:
                rest = None if asked.top is None else asked.top - len(page.rows)
                link = f"{base_url}/odata/v2/{shown.name}?{next_query(query, page.token, rest)}"
            return Answer(rendering.collection(page, asked, shown, link), _parameters(rendering), headers)

        return Work(len(planned.rows), answer)

    def read_subscriber_opt_in(
        self, key: str, query: Pairs, accept: str | None, odata_max_version: str | None, base_url: str
    ) -> Answer:
        """Fetch one subscriber by its key.

        Returns:
            {"@odata.context": url, …}

        Raises:
            BadRequest: the key or the query cannot be understood. NotFound: nobody has that key.

        Source:
            OData 4.0, part 2, 4.3.
        """
        with _protocol(odata_max_version):
            asked = self._parse(query, options.OF_ENTITY)
            number = read_key(key, self._set.entity, any_case=self.lenient)
        found = self.store.get(Subscriber, number)
        if found is None:
            raise NotFound
        rendering = _rendering(base_url, asked.metadata, accept)
        return Answer(rendering.entity(found, asked, self._set), _parameters(rendering))

    def count_subscriber_opt_ins(self, query: Pairs, odata_max_version: str | None) -> Work:
        """Count the subscribers that a filter keeps; no row of them is wanted.

        Raises:
            BadRequest: the query cannot be understood or evaluated.

        Source:
            OData 4.0, part 1, 11.2.9.
        """
        with _protocol(odata_max_version):
            asked = self._parse(query, options.OF_COUNT)
        planned = plan(replace(asked, top=0), Rows(self.store))

        def answer() -> str:
            with _refusals():
                return str(planned.run().count)

        return Work(len(planned.rows), answer)

    def read_service_document(
        self, query: Pairs, accept: str | None, odata_max_version: str | None, base_url: str
    ) -> Answer:
        """List the entity sets.

        Returns:
            {"@odata.context": url, "value": [{"name": str, "kind": "EntitySet", "url": str}]}

        Raises:
            BadRequest: the query cannot be understood.

        Source:
            OData 4.0, JSON format, 5.
        """
        with _protocol(odata_max_version):
            level = options.level(options.given(query, options.OF_SERVICE, any_case=self.lenient))
        rendering = _rendering(base_url, level, accept)
        return Answer(rendering.service([SUBSCRIBERS]), _parameters(rendering))

    def read_metadata(self, query: Pairs, odata_max_version: str | None) -> str:
        """Describe the service in CSDL.

        Raises:
            BadRequest: the query cannot be understood, or asks for another format than XML.

        Source:
            OData 4.0, CSDL.
        """
        with _protocol(odata_max_version):
            csdl.hold_format(options.given(query, options.OF_SERVICE, any_case=self.lenient))
        return csdl.write(NAMESPACE, [SUBSCRIBERS])

    def consents(self) -> Iterator[Consent]:
        """One standing a subscriber."""
        return map(consent, self.store.all(Subscriber))

    def render_error(self, error: ApiError) -> Body:
        """Write an OData error; beside the OData service, and where no path is, the plain one of the framework."""
        if isinstance(error, NoRoute):
            return {"Message": f"No HTTP resource was found that matches the request URI '{error.facts['url']}'."}
        text = WORDING.get(type(error), "").format(**error.facts) or "; ".join(error.details)
        if error.operation_id not in PLAIN:
            return {"error": {"code": "", "message": text}}
        if isinstance(error, Invalid | Unreadable):
            text = first_fault(error)
        return {"Message": text}

    @property
    def _set(self) -> EntitySet:
        return SUBSCRIBERS_IGNORING_CASE if self._settings.case_insensitive_strings else SUBSCRIBERS

    def _parse(self, query: Pairs, known: frozenset[str]) -> Query:
        asked = parse(query, self._set.entity, Reading(self.clock.now, CENTRAL, self.lenient), known)
        for name in asked.properties_used:
            if name not in FILTERABLE:
                if self.strict:
                    raise unusable_property(name, "$filter")
                self.note("AIMBASE-B07", f"$filter on {name}, which the page does not list")
        return asked


@contextmanager
def _refusals() -> Iterator[None]:
    """Refuse what a query is refused for."""
    try:
        yield
    except QueryError as error:
        raise BadRequest(str(error)) from None


@contextmanager
def _protocol(most: str | None) -> Iterator[None]:
    """Hold a request to the version that its client understands at most, and refuse what its query is refused for."""
    with _refusals():
        protocol.hold_version(most)
        yield


def _rendering(base_url: str, level: Metadata | None, accept: str | None) -> Rendering:
    """Give how to write an answer: `$format` goes before `Accept`."""
    return Rendering(f"{base_url}/odata/V2", level or protocol.level(accept))


def _parameters(rendering: Rendering) -> str:
    return f"odata.metadata={rendering.metadata}; odata.streaming=true"
