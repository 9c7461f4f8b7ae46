"""Walks a vendor's whole loop over HTTP: its API, what happens outside it, the clock, and the ledger beside them."""

from contextlib import contextmanager

import httpx

START = "2026-01-01T00:00:00Z"


class Loop:
    """A fresh sandbox of a started server, for one vendor; `sent` is the journal's id of the last request to it."""

    def __init__(self, url, sandbox, vendor):
        self.vendor = vendor
        self.admin = f"{url}/__admin/sandboxes/{sandbox['name']}"
        self.base = sandbox["base_urls"][vendor]
        self.headers = next((each["headers"] for each in sandbox["credentials"][vendor]), {})
        self.sent = 0

    def ask(self, method, path, status=200, **kwargs):
        """Send a request to the vendor's API."""
        self.sent += 1
        headers = {**self.headers, **kwargs.pop("headers", {})}
        answer = httpx.request(method, self.base + path, headers=headers, **kwargs)
        assert answer.status_code == status, answer.text
        return answer

    def happen(self, event, status=200, **members):
        """Let an event happen; gives the consents touched, or why it cannot."""
        answer = httpx.post(f"{self.admin}/events/{self.vendor}", json={"event": event, **members})
        assert answer.status_code == status, answer.text
        return answer.json()["consents" if status == 200 else "detail"]

    def wait(self, **span):
        """Move the clock on; gives what it shows then."""
        answer = httpx.put(f"{self.admin}/clock", json=span)
        assert answer.status_code == 200, answer.text
        return answer.json()["now"]

    def ledger(self, email):
        """Tell how an address stands, by audience: state, since when, by which request."""
        query = {"vendor": self.vendor, "email": email}
        found = httpx.get(f"{self.admin}/consents", params=query).json()["consents"]
        return {each["audience"]: (each["state"], each["since"], each["request_id"]) for each in found}

    def state(self):
        """Give all that the vendor keeps, as a fixture."""
        return httpx.get(f"{self.admin}/state/{self.vendor}").json()

    def keep(self, state):
        """Put all that the vendor keeps."""
        assert httpx.put(f"{self.admin}/state/{self.vendor}", json=state).status_code == 204


@contextmanager
def loop_of(url, vendor, scenario="empty"):
    """Make a sandbox whose clock stands at START, and end it."""
    start = {"name": f"{vendor}-loop", "scenario": scenario, "now": START}
    sandbox = httpx.post(f"{url}/__admin/sandboxes", json=start).json()
    loop = Loop(url, sandbox, vendor)
    yield loop
    httpx.delete(loop.admin)
