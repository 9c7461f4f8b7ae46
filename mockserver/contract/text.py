"""Read bytes that strangers wrote: JSON and YAML, with every refusal turned into one error."""

import json
import math
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import yaml

from mockserver.errors import DocumentError, Unreadable

LONGEST_INTEGER = (
    10_000  # digits; conversion is quadratic, and Python's own bound of 4,300 would refuse ids that are merely unknown
)
DEEPEST = 100  # levels of YAML
SUSPICIOUS = re.compile(rb"(?:^|[\s\[{,])\*[^\s*/,\"']|^ {100}", re.MULTILINE)  # may be an alias, or deep
if 0 < sys.get_int_max_str_digits() < LONGEST_INTEGER:
    sys.set_int_max_str_digits(LONGEST_INTEGER)


PairsHook = Callable[[list[tuple[str, Any]]], Any]


def read_json(raw: bytes, charset: str = "utf-8", pairs_hook: PairsHook | None = None) -> Any:
    """Read JSON as RFC 8259 has it: no NaN, no lone surrogates, no endless nesting; integers exact.

    `pairs_hook` makes what stands for an object of its members, in the order sent, repeated ones included; without it
    that is a dict.

    Raises:
        Unreadable: the bytes are not that.
    """
    try:
        text = raw.decode("utf-8-sig" if charset == "utf-8" else charset)
        value = json.loads(text, parse_constant=_no_constant, parse_float=_float, object_pairs_hook=pairs_hook)
        if "\\u" in text:  # only an escape can bring a lone surrogate
            json.dumps(value, ensure_ascii=False).encode()
    except RecursionError:
        raise Unreadable("the JSON is nested too deeply") from None
    except (
        ValueError,
        LookupError,
    ) as error:  # syntax, charset, UTF-8, surrogates, long integers
        raise Unreadable(str(error)) from None
    return value


def _float(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise ValueError(f"{digits[:20]} is beyond all floats")
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc] # whichever there is
    """A safe loader that refuses a key which stands twice: the first would be lost in silence."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - PyYAML's
        """Build a mapping."""
        seen = set()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in seen:
                raise yaml.MarkedYAMLError(problem=f"the key {key.value!r} stands twice", problem_mark=key.start_mark)
            seen.add(key.value)
        built: dict[Any, Any] = super().construct_mapping(node, deep)
        return built


def read_yaml(raw: bytes, where: str) -> Any:
    """Read YAML without aliases, which explode, and deep nesting, which crashes; no file here needs either.

    Raises:
        DocumentError: with file, line, column and reason.
    """
    try:
        if SUSPICIOUS.search(raw) or max(map(raw.count, (b"[", b"{", b"- -", b"? "))) > DEEPEST:
            _look_through(raw, where)
        return yaml.load(raw, Loader=Loader)  # noqa: S506 - both are safe loaders
    except yaml.MarkedYAMLError as error:
        raise DocumentError(f"{_place(where, error.problem_mark)}: this is not YAML: {error.problem}") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise DocumentError(f"{where}: this is not YAML: {error}") from None
    except (ArithmeticError, AttributeError, LookupError) as error:  # tags such as `!!int ""`
        raise DocumentError(f"{where}: this is not YAML: a tag does not fit its value: {error!r}") from None


def _look_through(raw: bytes, where: str) -> None:
    depth = 0
    for event in yaml.parse(raw, Loader=Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent):
            raise DocumentError(f"{_place(where, event.start_mark)}: aliases are not supported; write the value out")
        if depth > DEEPEST:
            raise DocumentError(f"{_place(where, event.start_mark)}: this is nested more than {DEEPEST} levels deep")


def _place(where: str, mark: Any) -> str:
    return f"{where}:{mark.line + 1}:{mark.column + 1}" if mark else where


def read_file(path: Path) -> bytes:
    """Read a whole file.

    Raises:
        DocumentError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise DocumentError(f"{path}: cannot be read: {error.strerror}") from None
