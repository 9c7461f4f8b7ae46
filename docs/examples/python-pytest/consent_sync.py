"""Carries consents between a company's own list and the vendors that mail for it.

A small integration, as one would write it: nothing in it knows of a mock.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

import httpx


class SyncError(Exception):
    """A vendor did not take what it was told."""


@dataclass(frozen=True)
class Endpoint:
    """Where a vendor is, and by which headers it knows us."""

    base_url: str
    headers: Mapping[str, str]


class Omeda:
    """Takes opt-outs, of all of a client's brands or of some."""

    def __init__(self, http: httpx.Client, endpoint: Endpoint, client: str) -> None:
        self._http = http
        self._endpoint = endpoint
        self._url = f"{endpoint.base_url}/webservices/rest/client/{client}/optoutfilterqueue/*"

    def opt_out(self, email: str, brands: Iterable[str] = ()) -> str:
        """Tell of an opt-out; gives the id of the submission."""
        if wanted := list(brands):
            body = {"BrandOptOut": [{"EmailAddress": email, "BrandId": wanted}]}
        else:
            body = {"ClientOptOut": [{"EmailAddress": email}]}
        answer = self._http.post(self._url, json=body, headers=self._endpoint.headers)
        if answer.is_error:
            raise SyncError(f"Omeda refused the opt-out of {email}: {answer.text}")
        return answer.json()["SubmissionId"]


class Expoints:
    """Tells who has opted out of surveys."""

    def __init__(self, http: httpx.Client, endpoint: Endpoint) -> None:
        self._http = http
        self._endpoint = endpoint

    def opted_out(self, emails: Iterable[str]) -> set[str]:
        """Give those who have opted out."""
        url = f"{self._endpoint.base_url}/external/api/v3/customer/checkoptouts"
        body = {"Customers": [{"Email": each} for each in emails]}
        answer = self._http.post(url, json=body, headers=self._endpoint.headers)
        if answer.is_error:
            raise SyncError(f"Expoints cannot be asked: {answer.status_code}")
        return {each["Email"] for each in answer.json() if each["OptOut"]}


class Xomni:
    """Tells whether an address is subscribed, and changes it."""

    SUBSCRIBED, UNSUBSCRIBED = 1, 2

    def __init__(self, http: httpx.Client, endpoint: Endpoint) -> None:
        self._http = http
        self._endpoint = endpoint

    def may_mail(self, email: str) -> bool:
        """Tell whether an address may be mailed; one that is not known may not."""
        answer = self._http.get(self._url(email), headers=self._endpoint.headers)
        if answer.status_code == httpx.codes.NOT_FOUND:
            return False
        if answer.is_error:
            raise SyncError(f"XOMNI cannot be asked about {email}: {answer.status_code}")
        return answer.json()["StatusId"] == self.SUBSCRIBED

    def unsubscribe(self, email: str) -> None:
        """Unsubscribe an address."""
        body = {"StatusId": self.UNSUBSCRIBED}
        answer = self._http.put(self._url(email), json=body, headers=self._endpoint.headers)
        if answer.is_error:
            raise SyncError(f"XOMNI did not unsubscribe {email}: {answer.text}")

    def _url(self, email: str) -> str:
        return f"{self._endpoint.base_url}/private/mail/subscription/{quote(email, safe='@')}/status"


class ConsentSync:
    """The vendors together: who says no to one is not mailed by any."""

    def __init__(self, omeda: Omeda, expoints: Expoints, xomni: Xomni) -> None:
        self.omeda = omeda
        self.expoints = expoints
        self.xomni = xomni

    def opt_out(self, email: str) -> None:
        """Carry an opt-out to all vendors that take one."""
        self.omeda.opt_out(email)
        if self.xomni.may_mail(email):
            self.xomni.unsubscribe(email)

    def mailable(self, emails: Iterable[str]) -> list[str]:
        """Keep those whom all vendors allow to be mailed."""
        wanted = list(emails)
        opted_out = self.expoints.opted_out(wanted)
        return [each for each in wanted if each not in opted_out and self.xomni.may_mail(each)]
