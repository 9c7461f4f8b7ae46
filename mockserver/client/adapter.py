"""For clients that use requests: an adapter that leads requests to vendors' own hosts into a sandbox."""

from typing import Any

import requests
from requests.adapters import HTTPAdapter

from mockserver.client.hosts import Hosts


class Adapter(HTTPAdapter):
    """Takes the place of the network for what a `requests.Session` mounts it on."""

    def __init__(self, hosts: Hosts) -> None:
        """Connect to nothing yet."""
        super().__init__()
        self._hosts = hosts

    def send(self, request: requests.PreparedRequest, *args: Any, **how: Any) -> requests.Response:
        """Send a request where it is led, by no proxy; the answer belongs to the request as it was made.

        Raises:
            ForeignHost: the host is no vendor's.
        """
        led = request.copy()
        led.url = self._hosts.lead(str(request.url))
        led.headers.pop("Host", None)
        response = super().send(led, *args, **{**how, "proxies": None})
        response.request, response.url = request, str(request.url)
        return response
