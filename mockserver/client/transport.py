"""For clients that use httpx: a transport that leads requests to vendors' own hosts into a sandbox."""

from functools import cached_property

import httpx

from mockserver.client.hosts import Hosts


class Transport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Takes the place of the network for `httpx.Client` and `httpx.AsyncClient` alike."""

    def __init__(self, hosts: Hosts) -> None:
        """Connect to nothing yet."""
        self._hosts = hosts

    @cached_property
    def _network(self) -> httpx.HTTPTransport:
        return httpx.HTTPTransport()

    @cached_property
    def _async_network(self) -> httpx.AsyncHTTPTransport:
        return httpx.AsyncHTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request where it is led.

        Raises:
            ForeignHost: the host is no vendor's.
        """
        return self._network.handle_request(self._led(request))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request where it is led.

        Raises:
            ForeignHost: the host is no vendor's.
        """
        return await self._async_network.handle_async_request(self._led(request))

    def _led(self, request: httpx.Request) -> httpx.Request:
        url = httpx.URL(self._hosts.lead(str(request.url)))
        headers = request.headers.copy()
        headers["Host"] = url.netloc.decode("ascii")
        return httpx.Request(request.method, url, headers=headers, stream=request.stream, extensions=request.extensions)

    def close(self) -> None:
        """Close what was connected."""
        self._network.close()

    async def aclose(self) -> None:
        """Close what was connected."""
        await self._async_network.aclose()
