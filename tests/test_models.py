"""The models of contract_tests, by the same driver, against the application itself."""

import asyncio

import httpx
import pytest
from hypothesis import settings

from contract_tests.collector import COLLECTOR
from contract_tests.ground import Mock
from contract_tests.machine import hold, models
from contract_tests.target import Plane

MODELS = [pytest.param(read, model, id=read.name, marks=pytest.mark.clause(*model.clauses)) for read, model in models()]

FEW = settings(derandomize=True, deadline=None, max_examples=10, database=None)


class InProcess(httpx.BaseTransport):
    """Hands requests to an ASGI application, without a socket."""

    def __init__(self, app):
        self._inner = httpx.ASGITransport(app)

    def handle_request(self, request):
        return asyncio.run(self._answer(request))

    async def _answer(self, request):
        answer = await self._inner.handle_async_request(request)
        return httpx.Response(answer.status_code, headers=answer.headers, content=await answer.aread())


@pytest.mark.parametrize(("read", "model"), MODELS)
def test_in_process_a_vendor_does_what_its_model_does(started, read, model):
    with httpx.Client(transport=InProcess(started.app)) as http:
        plane = Plane("http://127.0.0.1:8080", http)
        hold(Mock(plane, tuple(started.documents.values()), COLLECTOR.note), read, model, FEW)
