"""Read bytes that strangers wrote: JSON and YAML, with every refusal turned into one error."""

import json
import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import yaml

from mockserver.contract.tree import Tree, place
from mockserver.errors import DocumentError, Unreadable

LONGEST_INTEGER = (
    10_000  # digits; conversion is quadratic, and Python's own bound of 4,300 would refuse ids that are merely unknown
)
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
    except (ValueError, LookupError) as error:  # syntax, charset, UTF-8, surrogates, long integers
        raise Unreadable(_plain(str(error))) from None
    return value


def _plain(says: str) -> str:
    """Say what is wrong with the JSON where Python says what to do about Python."""
    return f"an integer has more than {LONGEST_INTEGER} digits" if "int_max_str_digits" in says else says


def _float(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise ValueError(f"{digits[:20]} is beyond all floats")
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def read_yaml(raw: bytes, where: str) -> Any:
    """Read YAML without aliases, repeated keys and deep nesting; no file here needs them.

    Raises:
        DocumentError: with file, line, column and reason.
    """
    try:
        return Tree(raw, where).value()
    except yaml.MarkedYAMLError as error:
        raise DocumentError(f"{place(where, error.problem_mark)}: this is not YAML: {error.problem}") from None
    except (yaml.YAMLError, ValueError) as error:
        raise DocumentError(f"{where}: this is not YAML: {error}") from None
    except (ArithmeticError, AttributeError, LookupError) as error:  # tags such as `!!int ""`
        raise DocumentError(f"{where}: this is not YAML: a tag does not fit its value: {error!r}") from None


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]  # the one written in C, if built
    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML's signature
        return True


def write_yaml(value: Any) -> str:
    """Write plain values as YAML that `read_yaml` reads as the same; what holds no collection is one line."""
    text: str = yaml.dump(
        value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, default_flow_style=None, width=2**31 - 1
    )
    return text


def read_file(path: Path) -> bytes:
    """Read a whole file.

    Raises:
        DocumentError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise DocumentError(f"{path}: cannot be read: {error.strerror}") from None
