"""Read bytes that strangers wrote: JSON and YAML, with every refusal turned into one error."""

import json
import math
import re
import sys
from pathlib import Path
from typing import Any, NoReturn

import yaml

from mockserver.errors import DocumentError, Unreadable

LONGEST_INTEGER = (
    10_000  # digits; conversion is quadratic, and Python's own bound of 4,300 would refuse ids that are merely unknown
)
DEEPEST = 100  # levels of YAML
SUSPICIOUS = re.compile(rb"(?:^|[\s\[{,])\*[^\s*/,\"']|^ {100}", re.MULTILINE)  # may be an alias, or deep
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
if 0 < sys.get_int_max_str_digits() < LONGEST_INTEGER:
    sys.set_int_max_str_digits(LONGEST_INTEGER)


def read_json(raw: bytes, charset: str = "utf-8") -> Any:
    """Read JSON as RFC 8259 has it: no NaN, no lone surrogates, no endless nesting; integers exact.

    Raises:
        Unreadable: the bytes are not that.
    """
    try:
        text = raw.decode("utf-8-sig" if charset == "utf-8" else charset)
        value = json.loads(text, parse_constant=_no_constant, parse_float=_float)
        if "\\u" in text:  # only an escape can bring a lone surrogate
            json.dumps(value, ensure_ascii=False).encode()
    except RecursionError:
        raise Unreadable("the JSON is nested too deeply") from None
    except ValueError as error:  # JSON syntax, bad UTF-8, surrogates, integers beyond LONGEST_INTEGER
        raise Unreadable(str(error)) from None
    return value


def _float(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise ValueError(f"{digits[:20]} is beyond all floats")
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def read_yaml(raw: bytes, where: str) -> Any:
    """Read YAML without aliases, which explode, and deep nesting, which crashes; no file here needs either.

    Raises:
        DocumentError: with file, line, column and reason.
    """
    try:
        if SUSPICIOUS.search(raw) or max(map(raw.count, (b"[", b"{", b"- -", b"? "))) > DEEPEST:
            _look_through(raw, where)
        return yaml.load(raw, Loader=LOADER)  # noqa: S506 - both are safe loaders
    except yaml.MarkedYAMLError as error:
        raise DocumentError(f"{_place(where, error.problem_mark)}: this is not YAML: {error.problem}") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise DocumentError(f"{where}: this is not YAML: {error}") from None
    except (ArithmeticError, AttributeError, LookupError) as error:  # tags such as `!!int ""`
        raise DocumentError(f"{where}: this is not YAML: a tag does not fit its value: {error!r}") from None


def _look_through(raw: bytes, where: str) -> None:
    depth = 0
    for event in yaml.parse(raw, Loader=LOADER):
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
