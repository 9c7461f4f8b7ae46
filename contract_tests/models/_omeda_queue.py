"""What Omeda's queue is read to do: by address in lower case and deployment type what shows, and what waits."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

CENTRAL = ZoneInfo("America/Chicago")


class Wish(NamedTuple):
    """What a submission asks for: when it is due, by which request, and the filter to be."""

    due: datetime
    request: int | None
    email: str
    kind: int
    status: str
    source: str
    promo_code: str | None

    @property
    def key(self) -> tuple[str, int]:
        """Its filter's."""
        return self.email.casefold(), self.kind


class Shown(NamedTuple):
    """A filter that shows: the wish that it is of, and with which request and since when it says so."""

    wish: Wish
    created: datetime
    request: int | None
    since: datetime | None


def written(moment: datetime) -> str:
    """Write a moment as look-ups do."""
    return f"{moment.astimezone(CENTRAL):%Y-%m-%d %H:%M:%S %Z}"


def shown_at(moment: datetime) -> str:
    """Write a moment as the control plane does."""
    return moment.isoformat().replace("+00:00", "Z")


def row(found: Shown) -> dict[str, Any]:
    """Write a filter as fixtures have it."""
    return {
        "email": found.wish.email,
        "deployment_type_id": found.wish.kind,
        "status": found.wish.status,
        "source": found.wish.source,
        "created_date": shown_at(found.created),
        "changed_date": shown_at(found.wish.due),
        "promo_code": found.wish.promo_code,
    }


class Queue:
    """What shows and what waits; nothing overtakes what was sent before it for the same filter."""

    def __init__(self) -> None:
        self.delay = timedelta()
        self.shown: dict[tuple[str, int], Shown] = {}
        self.waiting: list[Wish] = []

    def wish(self, now: datetime, request: int, element: Any, *filter_to_be: Any) -> None:
        """Let one filter be, once its time has come; what to be is deployment type, status and the default source."""
        kind, status, source = filter_to_be
        email = element["EmailAddress"]
        earlier = [each.due for each in self.waiting if each.key == (email.casefold(), kind)]
        due = max([now + self.delay, *earlier])
        source, promo_code = element.get("Source", source), element.get("PromoCode")
        self.waiting.append(Wish(due, request, email, kind, status, source, promo_code))

    def blocks(self, email: str, kind: int) -> bool:
        """Tell whether a filter will be an opt-out in the end."""
        key = email.casefold(), kind
        found = [self.shown[key].wish.status] if key in self.shown else []
        return [*found, *(each.status for each in self.waiting if each.key == key)][-1:] == ["OUT"]

    def settle(self, now: datetime) -> None:
        """Let show what is due."""
        due = [each for each in self.waiting if each.due <= now]
        self.waiting = [each for each in self.waiting if each.due > now]
        for each in sorted(due, key=lambda each: each.due):
            old = self.shown.get(each.key)
            same = old is not None and old.wish.status == each.status
            by, since = (old.request, old.since) if old and same else (each.request, each.due)
            self.shown[each.key] = Shown(each, old.created if old else each.due, by, since)

    def forget(self) -> None:
        """Forget which requests it was, and since when it shows: a fixture does not say."""
        self.shown = {key: each._replace(request=None, since=None) for key, each in self.shown.items()}
        self.waiting = [each._replace(request=None) for each in self.waiting]
