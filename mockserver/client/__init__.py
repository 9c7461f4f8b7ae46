"""For tests in Python: makes sandboxes of a running server, moves them, and asks what happened in them."""

from mockserver.client.clock import Clock
from mockserver.client.hosts import ForeignHost
from mockserver.client.mock import Mock
from mockserver.client.plane import ControlError, Unreachable
from mockserver.client.records import Consent, Exchange, Finding, Operation, Request, Response, Rule, Snapshot, Vendor
from mockserver.client.run import running
from mockserver.client.server import MockServer

__all__ = [
    "Clock",
    "Consent",
    "ControlError",
    "Exchange",
    "Finding",
    "ForeignHost",
    "Mock",
    "MockServer",
    "Operation",
    "Request",
    "Response",
    "Rule",
    "Snapshot",
    "Unreachable",
    "Vendor",
    "running",
]
