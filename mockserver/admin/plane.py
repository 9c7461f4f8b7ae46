"""The control plane's handlers, one method per operationId of `openapi.yaml`; they know no Flask."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from mockserver import NAME, VERSION
from mockserver.admin.misfits import misfits
from mockserver.admin.render import render_clock, render_consent, render_sandbox, render_vendor
from mockserver.consent import Body, Consent
from mockserver.contract.document import Document
from mockserver.errors import ConfigurationError, FixtureError, UnknownVendor
from mockserver.pieces import ordered
from mockserver.vendors import Vendor
from mockserver.vendors.events import events_of
from mockserver.world.fixture import beginning, dump, parse
from mockserver.world.sandbox import DEFAULT, Sandbox, World

Query = Mapping[str, Any]
Wish = Mapping[str, Any] | None


class ControlPlane:
    """What may be asked of the server itself.

    A handler returns the body to send, None for none, and raises a `Problem` for a refusal.
    """

    def __init__(
        self, world: World[Vendor], documents: Mapping[str, Document], vendors: Mapping[str, type[Vendor]]
    ) -> None:
        """Speak of this world and of the vendors served in it."""
        self._world = world
        self._documents = documents
        self._vendors = vendors
        self._events = {name: {each.name: each for each in events_of(vendor)} for name, vendor in vendors.items()}

    def show_control_plane(self) -> Body:
        """Tell somebody who looks around where to go."""
        return {"vendors": "/__admin/vendors", "sandboxes": "/__admin/sandboxes"}

    def get_health(self) -> Body:
        """Tell that the server answers."""
        return {"status": "ok"}

    def get_version(self) -> Body:
        """Tell the versions of this tool and of the documents."""
        documents = {name: self._documents[name].version for name in self._vendors}
        return {"name": NAME, "version": VERSION, "documents": documents}

    def list_vendors(self, origin: str) -> Body:
        """List the vendors served, for the sandbox `default`."""
        default = self._world.find(DEFAULT)
        return {
            "vendors": [
                render_vendor(self._documents[name], vendor, default, origin) for name, vendor in self._vendors.items()
            ]
        }

    def list_sandboxes(self, origin: str) -> Body:
        """List the sandboxes, oldest first."""
        return {"sandboxes": [self._render(each, origin) for each in self._world.all()]}

    def create_sandbox(self, origin: str, body: Wish) -> Body:
        """Make a sandbox.

        Raises:
            Conflicting: the name is taken. BadControlRequest: no such scenario, no such moment.
        """
        wish = body or {}
        now = _moment(wish["now"]) if wish.get("now") else None
        with _blaming("/scenario"):
            made = self._world.create(wish.get("name"), wish.get("scenario"), wish.get("seed"), now)
        return self._render(made, origin)

    def get_sandbox(self, sandbox: str, origin: str) -> Body:
        """Show a sandbox."""
        return self._render(self._world.find(sandbox), origin)

    def delete_sandbox(self, sandbox: str) -> None:
        """End a sandbox; `default` stays."""
        self._world.delete(sandbox)

    def reset_sandbox(self, sandbox: str, origin: str, body: Wish) -> Body:
        """Begin a sandbox as new.

        Raises:
            BadControlRequest: no such scenario; nothing has changed then.
        """
        found, wish = self._world.find(sandbox), body or {}
        with _blaming("/scenario"):
            self._world.reset(found, wish.get("scenario"), wish.get("seed"))
        return self._render(found, origin)

    def get_state(self, sandbox: str, vendor: str) -> Body:
        """Show a vendor's records as a fixture."""
        found = self._world.find(sandbox)
        self._expect(vendor)
        return dump(found.store.records(vendor).tables(), self._world.kinds[vendor])

    def put_state(self, sandbox: str, vendor: str, body: Mapping[str, Any]) -> None:
        """Put other records in the place of a vendor's, all of them or none.

        Raises:
            BadControlRequest: the first record that misfits.
        """
        found = self._world.find(sandbox)
        self._expect(vendor)
        try:
            tables = parse(body, self._world.kinds[vendor])
        except FixtureError as error:
            raise misfits((error.pointer, str(error))) from None
        found.store.records(vendor).replace(tables)

    def list_consents(self, sandbox: str, query: Query) -> Body:
        """List who may be mailed, sorted by vendor, email, audience, null first."""
        found = self._world.find(sandbox)
        self._expect_filter(query["vendor"])
        email = None if query["email"] is None else query["email"].casefold()
        consents = [
            (name, each)
            for name, vendor in found.vendors.items()
            if query["vendor"] in {None, name}
            for each in vendor.consents()
            if email is None or (each.email is not None and each.email.casefold() == email)
            if query["state"] in {None, each.state}
        ]
        in_order = ordered(consents, [(lambda pair: (pair[0], _place(pair[1])), False)])
        return {"consents": [render_consent(name, each) for name, each in in_order]}

    def get_clock(self, sandbox: str) -> Body:
        """Show what the clock shows."""
        return render_clock(self._world.find(sandbox).clock)

    def set_clock(self, sandbox: str, body: Mapping[str, Any]) -> Body:
        """Move the clock on, or let it stand or run.

        Raises:
            BadControlRequest: no such moment, or one that has passed.
        """
        clock = self._world.find(sandbox).clock
        match body:
            case {"now": str(text)}:
                clock.stand_at(_moment(text))
            case {"advance_s": seconds}:
                clock.advance(timedelta(seconds=seconds))
            case {"running": True}:
                clock.run()
            case _:
                clock.stand()
        return render_clock(clock)

    def list_events(self, sandbox: str, vendor: str) -> Body:
        """List what may happen to people outside a vendor's API."""
        self._world.find(sandbox)
        self._expect(vendor)
        events = self._events[vendor].values()
        return {"events": [{"name": each.name, "says": each.says, "schema": each.schema} for each in events]}

    def post_event(self, sandbox: str, vendor: str, body: Mapping[str, Any]) -> Body:
        """Let an event happen, and show the consents that it touched.

        Raises:
            BadControlRequest: there is no such event, or it has other members.
            Conflicting: the present state does not allow it; nothing has changed then.
        """
        found = self._world.find(sandbox)
        self._expect(vendor)
        event = self._events[vendor].get(body["event"])
        if event is None:
            known = ", ".join(self._events[vendor]) or "none"
            raise misfits(("/event", f"{vendor} has no event {body['event'][:100]!r}; its events are: {known}"))
        if violations := event.validator.violations(body, "body"):
            raise misfits(*((each.pointer, each.message) for each in violations))
        members = {name: value for name, value in body.items() if name != "event"}
        touched = getattr(found.vendors[vendor], event.name)(**members)
        return {"consents": [render_consent(vendor, each) for each in sorted(touched, key=_place)]}

    def list_requests(self, sandbox: str, query: Query) -> Body:
        """List the newest requests that match, oldest first."""
        found = self._world.find(sandbox)
        self._expect_filter(query["vendor"])
        wanted = {
            name: query[name] for name in ("vendor", "operation_id", "status", "verdict") if query[name] is not None
        }
        entries, dropped = found.store.journal.entries()
        matching = [
            each
            for each in entries
            if each.id > query["since"] and all(getattr(each, name) == value for name, value in wanted.items())
        ]
        return {
            "requests": [each.render() for each in matching[-query["limit"] :]],
            "total": len(matching),
            "dropped": dropped,
        }

    def clear_requests(self, sandbox: str) -> None:
        """Forget all requests."""
        self._world.find(sandbox).store.journal.clear()

    def _render(self, sandbox: Sandbox[Vendor], origin: str) -> Body:
        return render_sandbox(sandbox, self._vendors, origin)

    def _expect(self, vendor: str) -> None:
        if vendor not in self._vendors:
            raise UnknownVendor(self._no_vendor(vendor))

    def _expect_filter(self, vendor: str | None) -> None:
        """Refuse to filter by a vendor that is not there: nothing would match, which proves nothing."""
        if vendor is not None and vendor not in self._vendors:
            raise misfits(("/query/vendor", self._no_vendor(vendor)))

    def _no_vendor(self, name: str) -> str:
        return f"there is no vendor {name[:100]!r} here; vendors are {', '.join(self._vendors)}"


def _place(consent: Consent) -> tuple[tuple[bool, str], tuple[bool, str]]:
    """Give a consent's place among a vendor's: by address and audience, null first."""
    return _null_first(consent.email), _null_first(consent.audience)


def _null_first(text: str | None) -> tuple[bool, str]:
    return text is not None, text or ""


def _moment(text: str) -> datetime:
    try:
        return beginning(text)
    except (ValueError, OverflowError) as error:
        raise misfits(("/now", str(error))) from None


@contextmanager
def _blaming(pointer: str) -> Iterator[None]:
    """Turn what goes wrong with a scenario into a misfit of the body's member that named it."""
    try:
        yield
    except (ConfigurationError, FixtureError) as error:
        raise misfits((pointer, str(error))) from None
