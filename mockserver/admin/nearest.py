"""Which operations a request that met none was probably meant for."""

import re
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from urllib.parse import unquote

from mockserver.contract.elements import Operation

MOST = 3
SEGMENTS, LENGTH = 30, 100  # of a path are looked at: the longest would take seconds
OTHER_METHOD = 0.1  # less than any other difference weighs: a segment too many is 1
PARAMETER = re.compile(r"\\\{.*?\\\}")
Distance = Callable[[str], float]


def nearest(method: str, path: str, operations: Sequence[Operation]) -> list[str]:
    """List the nearest operations, `POST /lists/{id}`, best first, as the document orders what is equally near.

    A path is as far as its segments must be changed, taken away or added: what stands for a parameter is not changed,
    another literal by as much as its letters differ.
    """
    sent = _segments(unquote(path))
    rated = [
        (_distance(each.path, sent) + (OTHER_METHOD if each.method != method else 0), number)
        for number, each in enumerate(operations)
    ]
    return [f"{operations[number].method} {operations[number].path}" for _, number in sorted(rated)[:MOST]]


def _segments(path: str) -> tuple[str, ...]:
    return tuple(each[:LENGTH] for each in path.split("/")[1 : SEGMENTS + 1])


def _distance(template: str, sent: tuple[str, ...]) -> float:
    """Give the edit distance of two paths, segment by segment (Wagner and Fischer's)."""
    row = [float(number) for number in range(len(sent) + 1)]
    for wanted in template.split("/")[1:]:
        above, row = row, [row[0] + 1]
        for number, segment in enumerate(sent):
            change = above[number] + _difference(wanted, segment)
            row.append(min(change, above[number + 1] + 1, row[number] + 1))
    return row[-1]


@lru_cache(maxsize=4096)
def _difference(wanted: str, sent: str) -> float:
    """Tell how far a segment is from what a template wants there, from 0 to 1."""
    if re.fullmatch(PARAMETER.sub(".+", re.escape(wanted)), sent, re.DOTALL):
        return 0
    return 1 - SequenceMatcher(None, wanted, sent, autojunk=False).ratio()
