"""What does not fit the control plane's document, place by place."""

from mockserver.errors import BadControlRequest

MOST_MISFITS = 20
LONGEST_DETAIL = 500


def misfits(*places: tuple[str, str]) -> BadControlRequest:
    """Refuse a request for these places, pairs (pointer, what is wrong there)."""
    shown = tuple((pointer, _shorten(detail)) for pointer, detail in places[:MOST_MISFITS])
    pointer, detail = shown[0]
    more = f" (and {len(places) - 1} more)" if len(places) > 1 else ""
    return BadControlRequest(f"{pointer or 'body'}: {detail}{more}", shown)


def _shorten(text: str) -> str:
    return text if len(text) <= LONGEST_DETAIL else f"{text[: LONGEST_DETAIL - 1]}…"
