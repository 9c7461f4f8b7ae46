"""The control plane's forms of what the world holds."""

from collections.abc import Mapping
from typing import Any

from mockserver.consent import Consent
from mockserver.contract.document import Document
from mockserver.store import Snapshot
from mockserver.vendors import Vendor
from mockserver.world.clock import Clock, wire
from mockserver.world.sandbox import DEFAULT, Sandbox

Vendors = Mapping[str, type[Vendor]]


def base_url(origin: str, sandbox: str, vendor: str) -> str:
    """Give the address at which a vendor's own paths begin."""
    return f"{origin}/{vendor}" if sandbox == DEFAULT else f"{origin}/~{sandbox}/{vendor}"


def credentials(sandbox: Sandbox[Vendor], vendor: type[Vendor]) -> list[dict[str, Any]]:
    """List what callers send to a vendor."""
    accounts = sandbox.store.records(vendor.name).all(vendor.account)
    return [{"account": each.name, "headers": dict(each.headers)} for each in accounts]


def render_vendor(document: Document, vendor: type[Vendor], default: Sandbox[Vendor], origin: str) -> dict[str, Any]:
    """Describe a vendor as the sandbox `default` has it."""
    url = base_url(origin, default.name, vendor.name)
    return {
        "name": vendor.name,
        "title": document.title,
        "base_url": url,
        "hosts": [f"{vendor.name}.localhost", *document.hosts],
        "document_url": f"{url}/openapi.yaml",
        "operations": [
            {"operation_id": each.operation_id, "method": each.method, "path": each.path}
            for each in document.operations
        ],
        "credentials": credentials(default, vendor),
    }


def render_sandbox(sandbox: Sandbox[Vendor], vendors: Vendors, origin: str) -> dict[str, Any]:
    """Describe a sandbox."""
    return {
        "name": sandbox.name,
        "scenario": sandbox.scenario,
        "seed": sandbox.seed,
        "now": wire(sandbox.clock.now()),
        "base_urls": {name: base_url(origin, sandbox.name, name) for name in vendors},
        "credentials": {name: credentials(sandbox, vendor) for name, vendor in vendors.items()},
    }


def render_snapshot(snapshot: Snapshot) -> dict[str, Any]:
    """Describe a snapshot."""
    return {"id": snapshot.id, "name": snapshot.name, "taken_at": wire(snapshot.taken_at)}


def render_clock(clock: Clock) -> dict[str, Any]:
    """Describe what a clock shows."""
    return {"now": wire(clock.now()), "running": clock.running()}


def render_consent(vendor: str, consent: Consent) -> dict[str, Any]:
    """Describe a consent."""
    stamp = consent.stamp
    return {
        "vendor": vendor,
        "email": consent.email,
        "data": None if consent.data is None else dict(consent.data),
        "audience": consent.audience,
        "state": consent.state,
        "since": None if stamp is None else wire(stamp.since),
        "request_id": None if stamp is None else stamp.request_id,
    }


def place(consent: Consent) -> tuple[tuple[bool, str], tuple[bool, str]]:
    """Give a consent's place among a vendor's: by address and audience, null first."""
    return _null_first(consent.email), _null_first(consent.audience)


def _null_first(text: str | None) -> tuple[bool, str]:
    return text is not None, text or ""
