"""Aimbase's services beside OData: the login, and the subscriber service that fills the collection."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from mockserver.errors import BadRequest, Invalid, Unauthorized
from mockserver.vendors.aimbase.events import Changes, Events
from mockserver.vendors.aimbase.records import (
    CENTRAL,
    CENTRAL_SINCE,
    SCHEME,
    Account,
    OptInList,
    Status,
    SubscriberType,
    User,
)

PLAIN = frozenset({"log_in", "submit_subscriber"})
"""The operations whose refusals have the plain shape of the framework."""
INVALID = "The request is invalid."
REQUIRED = "The {} field is required."
MISFIT = "The field {} is invalid."
LISTS_MISSING = "For subscriber type code {} a value is required in the OptInListIds property."
LIST_UNKNOWN = "A value provided in the OptInListIds property was not valid."
WITH_CONSENT = ("IsCommunicationOptInIpAddress", "IsCommunicationOptInDate")
FIELDS = (
    *("Email", "SubscriberTypeCode", "CountryCode", "IsCommunicationOptIn", *WITH_CONSENT),
    *("IsCommunicationOptInSource", "OptInListIds"),
)
OLDER_IP_ADDRESS = 20
"""How long older editions of the page let an address be."""


class WrongPassword(Unauthorized):
    """A login that names no user, or not that user's password."""


class Services(Events):
    """The login and the subscriber service."""

    def log_in(self, body: Mapping[str, Any]) -> str:
        """Give a token to a user, for twenty minutes.

        Returns:
            "username:guid"

        Raises:
            BadRequest: a mobile device does not say its code. WrongPassword: it is.

        Source:
            Authentication.
        """
        self._remark(body, ("Username", "Password", "Type", "DeviceCode"))
        if body.get("Type") == "Mobile" and _blank(body.get("DeviceCode")):
            raise BadRequest(REQUIRED.format("DeviceCode"))
        user = self.store.get(User, body["Username"])
        if user is None or user.password != body["Password"]:
            raise WrongPassword
        token = f"{user.name}:{self.ids.uuid()}"
        with self.store.transaction() as tx:
            tx.put(Account(user.name, {"Authenticate": f"{SCHEME} {token}"}, self.clock.now()))
        return token

    def submit_subscriber(self, body: Mapping[str, Any]) -> None:
        """Add a subscriber, or bring one up to date; what was unsubscribed stays so.

        Raises:
            BadRequest: a field is missing that consent or the type asks for, or a list is unknown.

        Source:
            Subscriber Service API.
        """
        self._look_over(body)
        fields = _fields(body)
        with self.store.transaction() as tx:
            known = self._named(body["Email"])
            if not known:
                self._add(tx, body["Email"], fields)
                return
            if body["IsCommunicationOptIn"] and self._settings.opt_in_resubscribes:
                fields["subscriber_status"] = Status.SUBSCRIBED
            lists = dict.fromkeys((*known[0].list_ids, *fields["list_ids"]))
            self._change(tx, known[0], fields | {"list_ids": tuple(lists)})

    def _look_over(self, body: Mapping[str, Any]) -> None:
        """See what no schema says of a submission."""
        self._remark(body, FIELDS)
        if body["IsCommunicationOptIn"]:
            for name in WITH_CONSENT:
                if _blank(body.get(name)):
                    raise BadRequest(REQUIRED.format(name))
        if len(body.get("IsCommunicationOptInIpAddress") or "") > OLDER_IP_ADDRESS:
            self.note("AIMBASE-B22", f"IsCommunicationOptInIpAddress is longer than {OLDER_IP_ADDRESS} characters")
        code, lists = body["SubscriberTypeCode"], body.get("OptInListIds") or ()
        kind = self.store.get(SubscriberType, code)
        if kind is None:
            if self.strict:
                raise BadRequest(MISFIT.format("SubscriberTypeCode"))
            self.note("AIMBASE-B53", f"the subscriber type {code} is unknown")
        elif kind.needs_lists and not lists:
            raise BadRequest(LISTS_MISSING.format(code))
        if any(self.store.get(OptInList, each) is None for each in lists):
            raise BadRequest(LIST_UNKNOWN)

    def _remark(self, body: Mapping[str, Any], known: tuple[str, ...]) -> None:
        for name in body:
            if name not in known:
                self.note("AIMBASE-B48", f"the member {name} is unknown")


def first_fault(error: BadRequest) -> str:
    """Word the first of what does not match the document; a body that cannot be read is invalid as a whole."""
    fault = error.violations[0] if isinstance(error, Invalid) else None
    if fault is None or not fault.name:
        return INVALID
    missing = fault.keyword == "required" or (fault.keyword != "enum" and _blank(fault.value))
    return (REQUIRED if missing else MISFIT).format(fault.name)


def _blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _fields(body: Mapping[str, Any]) -> Changes:
    """Turn a submission into the fields of a subscriber: what is left out is none."""
    return {
        "is_opted_in": body["IsCommunicationOptIn"],
        "ip_address": body.get("IsCommunicationOptInIpAddress") or None,
        "opt_in_date": _midnight(body.get("IsCommunicationOptInDate")),
        "opt_in_source": body.get("IsCommunicationOptInSource") or None,
        "country_code": body["CountryCode"],
        "list_ids": tuple(dict.fromkeys(body.get("OptInListIds") or ())),
    }


def _midnight(day: str | None) -> datetime | None:
    """Read a date as the midnight at its start, US Central.

    Raises:
        BadRequest: there is no such date, or it is before Central Time.
    """
    if day is None:
        return None
    try:
        found = datetime.combine(date.fromisoformat(day), time(), CENTRAL).astimezone(UTC)
    except ValueError:
        found = datetime.min.replace(tzinfo=UTC)
    if found < CENTRAL_SINCE:
        raise BadRequest(MISFIT.format("IsCommunicationOptInDate"))
    return found
