"""What a request brings: its body and parameters, read and held to the document."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from mockserver.contract import media
from mockserver.contract.elements import Content, Parameter
from mockserver.contract.text import read_json
from mockserver.engine.call import Call
from mockserver.engine.path import restore
from mockserver.errors import Invalid, Missing, UnsupportedCoding, UnsupportedMediaType, Violation, unescape

UNCHECKED = frozenset({"accept", "content-type", "authorization"})
"""Header parameters whose definitions OpenAPI has ignored: they are handed on as they come."""
PLAIN = frozenset({"", "identity"})
"""Content codings that leave a body as it is."""
Pairs = list[tuple[str, str]]


def read_parameter(parameter: Parameter, call: Call, pairs: Pairs, violations: list[Violation]) -> Any:
    """Read one parameter; what does not match is added to `violations`."""
    text = _text(parameter, call, pairs)
    place = (parameter.name,)
    if text is None:
        if parameter.required:
            violations.append(Violation(parameter.where, place, "required", None, "is required"))
        return None
    value = convert(text, parameter.schema)
    if parameter.name.lower() in UNCHECKED:
        return value
    found = parameter.validator.violations(value, parameter.where, place)
    if found and parameter.lenient is not None and call.vendor.lenient:
        call.vendor.note(
            parameter.lenient["clause"], f"{parameter.name}={text[:100]} is taken as {parameter.lenient['value']}"
        )
        return parameter.lenient["value"]
    violations += found
    return value


def _text(parameter: Parameter, call: Call, pairs: Pairs) -> str | None:
    if parameter.where == "path":
        return restore(call.path[parameter.name])
    if parameter.where == "header":
        value = call.headers.get(parameter.name.lower().encode())
        return None if value is None else value.decode("latin-1")
    return next((value for name, value in pairs if name == parameter.name), None)


def convert(text: str, schema: Mapping[str, Any]) -> Any:
    """Read a parameter's text as its schema's type; what cannot be read stays text, for the schema to reject."""
    kind = schema.get("type")
    if kind == "integer" and re.fullmatch(r"-?[0-9]{1,4000}", text):
        return int(text)
    if kind == "boolean" and text.lower() in {"true", "false"}:
        return text.lower() == "true"
    return text


def read_body(content: Content, call: Call) -> tuple[Any, list[Violation]]:
    """Read a body by its media type, once.

    Raises:
        UnsupportedMediaType, UnsupportedCoding, Unreadable, Missing: as they say.
    """
    sent = call.headers.get(b"content-type")
    if sent is None and not call.body:
        return None, _missing(content)
    text = content.default if sent is None else sent.decode("latin-1")
    kind = media.parse(text or "")
    if text is None or not _takes(content, call, text, kind):
        raise UnsupportedMediaType(media_type=text or "")
    if not call.body:
        return None, _missing(content)
    _refuse_coding(call, text)
    reader = content.readers.get(kind.name)
    if reader is None:
        value = _wrapped(content, call, read_json(call.body, kind.charset))
        return value, content.validators[kind.name].violations(value, "body")
    reading = reader.read(call.body, kind.charset)
    violations = [*reading.violations, *_dropped(content, call, kind.name, reading.dropped)]
    if reading.value is None and not violations:
        return None, _missing(content)
    return reading.value, violations or content.validators[kind.name].violations(reading.value, "body")


def _refuse_coding(call: Call, media_type: str) -> None:
    """Refuse what is compressed: no vendor's stack decompresses, and to parse it as it stands would be a lie."""
    coding = call.headers.get(b"content-encoding", b"").decode("latin-1")
    if any(each.strip().lower() not in PLAIN for each in coding.split(",")):
        raise UnsupportedCoding(media_type=media_type, coding=coding, accept_encoding="identity")


def _missing(content: Content) -> list[Violation]:
    if content.required:
        raise Missing("a body is required")
    return []


def _takes(content: Content, call: Call, text: str, kind: media.MediaType) -> bool:
    """Tell whether a body may come with this Content-Type."""
    if kind.charset not in content.charsets.get(kind.name, ()):
        return False
    if content.sent is not None and content.sent.violations(text, "header"):
        return False
    clause = content.dubious.get(kind.name)
    if clause is not None and not call.vendor.strict:
        call.vendor.note(clause, f"the media type {kind.name} is not listed for requests")
    return clause is None or not call.vendor.strict


def _wrapped(content: Content, call: Call, value: Any) -> Any:
    """Take a bare array as the one member that it stands for, where `--lenient` does."""
    if content.lenient is None or not call.vendor.lenient or not isinstance(value, list):
        return value
    member = content.lenient["wrap"]
    call.vendor.note(content.lenient["clause"], f"a bare array is taken as {member}")
    return {member: value}


def _dropped(content: Content, call: Call, name: str, dropped: Sequence[str]) -> list[Violation]:
    """Note what a reader passed over in silence; `--strict` refuses it."""
    if not dropped:
        return []
    if call.vendor.strict:
        return [Violation("body", path_of(each), "dropped", None, "is not as documented") for each in dropped]
    call.vendor.note(content.drops.get(name, ""), f"passed over or converted: {', '.join(dropped[:20])}")
    return []


def path_of(pointer: str) -> tuple[str | int, ...]:
    """Read a JSON Pointer; a step of digits is taken for an index."""
    steps = map(unescape, pointer.split("/")[1:])
    return tuple(int(each) if each.isascii() and each.isdigit() else each for each in steps)


def refuse_if(violations: list[Violation]) -> None:
    """Refuse a request that does not match its document.

    Raises:
        Invalid: there are violations.
    """
    if violations:
        raise Invalid(*violations)
