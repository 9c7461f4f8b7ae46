"""XML as the readers of .NET let it pass: no DOCTYPE, no processing instructions, no more than 256 levels."""

import re
from typing import Any
from xml.parsers import expat

from mockserver.contract.dotnet.reading import codec
from mockserver.errors import Unreadable

DEEPEST = 256  # Web API's quota
BLANK = " \t\r\n"
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
SERIALIZATION = "http://schemas.microsoft.com/2003/10/Serialization/"

# .NET takes references to characters that XML does not have, as `&#1;`. Expat does not, so they travel as a character
# that no XML name holds, and one from the next plane.
CARRIER, PLANE = "\ufdd0", 0x10000
CARRIED = re.compile(CARRIER + "(.)", re.DOTALL)
REFERENCE = re.compile(
    r"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|&#(?:x0*([0-9a-fA-F]{1,4})|0*([0-9]{1,5}));", re.DOTALL
)
FOREIGN = frozenset([*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0xFFFE, 0xFFFF, ord(CARRIER)])

ESCAPED = re.compile("\r\n|[\x00-\x08\n-\x1f&<>\ufffe\uffff]")
ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\n": "\r\n", "\r": "\r\n", "\r\n": "\r\n"}  # .NET Framework's ends

# The name characters of the first ranges; XmlConvert keeps more letters than that, but decodes all that is encoded.
UNNAMED = re.compile(
    "_(?=[Xx](?:[0-9a-fA-F]{4}|[0-9a-fA-F]{8})_)|^[-.0-9\xb7]|[^-.0-9A-Z_a-z\xb7\xc0-\xd6\xd8-\xf6\xf8-\u0131]"
)


def key(namespace: str, name: str) -> str:
    """Write a name as nodes have it."""
    return f"{namespace}\n{name}" if namespace else name


NIL, TYPE, REF = key(INSTANCE, "nil"), key(INSTANCE, "type"), key(SERIALIZATION, "Ref")


class Node:
    """An element. `name` is a `key`, and so are the attributes' names; `content` are texts and nodes, in order."""

    __slots__ = ("attributes", "content", "name")

    def __init__(self, name: str, attributes: dict[str, str] | None) -> None:
        self.name = name
        self.attributes = attributes
        self.content: list[str | Node] = []

    @property
    def local(self) -> str:
        """The name without its namespace."""
        return self.name.rpartition("\n")[2]

    def children(self) -> list["Node"]:
        """Give the elements inside.

        Raises:
            Unreadable: there is text between them.
        """
        if any(isinstance(each, str) and each.strip(BLANK) for each in self.content):
            raise Unreadable(f"text is not expected in the element '{self.local}'")
        return [each for each in self.content if isinstance(each, Node)]

    def text(self) -> str:
        """Give the text.

        Raises:
            Unreadable: there are elements inside.
        """
        texts = [each for each in self.content if isinstance(each, str)]
        if len(texts) < len(self.content):
            raise Unreadable(f"an element is not expected in the element '{self.local}'")
        return CARRIED.sub(lambda match: chr(ord(match[1]) - PLANE), "".join(texts))


def parse(raw: bytes, charset: str, known: frozenset[str]) -> Node:
    """Read a document; an element whose name is not `known` has no content, and is one where several follow each other.

    Raises:
        Unreadable: it is not well-formed, or has what .NET's readers refuse.
    """
    encoding = codec(raw, charset)
    try:
        return _Builder(encoding[:6], known).build(_carry(raw.decode(encoding)))
    except (expat.ExpatError, UnicodeError, LookupError) as error:  # LookupError: a charset that nobody knows
        raise Unreadable(f"this is not XML: {error}") from None


def _carry(text: str) -> str:
    if "\0" in text:  # Expat would take "<\0" for UTF-16, whatever it is told
        raise Unreadable("this is not XML: it holds a NUL")

    def carry(match: re.Match[str]) -> str:
        number = int(match[1], 16) if match[1] else int(match[2] or "-1")
        return CARRIER + chr(PLANE + number) if number in FOREIGN else match[0]

    if CARRIER in text:
        text = text.replace(CARRIER, CARRIER + chr(PLANE + ord(CARRIER)))
    return REFERENCE.sub(carry, text) if "&#" in text else text


class _Builder:
    """Builds the nodes of one document, and refuses as early as it can."""

    def __init__(self, charset: str, known: frozenset[str]) -> None:
        self.charset = charset
        self.known = known
        self.strangers: dict[str, Node] = {}  # one for all of a name: a body may hold half a million
        self.depth = 0
        self.skipped = 0  # the depth of the stranger that is passed over
        self.open: list[list[str | Node]] = [[]]
        self.scopes: dict[str | None, list[str]] = {None: [""]}

    def build(self, text: str) -> Node:
        parser = expat.ParserCreate(namespace_separator="\n")
        parser.buffer_text = True
        parser.XmlDeclHandler = self.declaration
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.ProcessingInstructionHandler = _refuse_instruction
        parser.StartNamespaceDeclHandler = self.enter_scope
        parser.EndNamespaceDeclHandler = self.leave_scope
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.data
        parser.Parse(text, True)  # noqa: FBT003 - it takes no keywords
        return next(each for each in self.open[0] if isinstance(each, Node))

    def declaration(self, version: str, encoding: str | None, _standalone: int) -> None:
        if version != "1.0":
            raise Unreadable(f"XML {version[:10]} is not supported")
        if encoding is not None and encoding.lower() != self.charset:
            raise Unreadable(f"the declaration says {encoding[:20]}, the bytes are {self.charset}")

    def enter_scope(self, prefix: str | None, uri: str | None) -> None:
        self.scopes.setdefault(prefix, []).append(uri or "")

    def leave_scope(self, prefix: str | None) -> None:
        self.scopes[prefix].pop()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise Unreadable(f"the XML is nested deeper than {DEEPEST} levels")
        if self.skipped:
            return
        if name not in self.known:
            self.skip(name)
            return
        if TYPE in attributes:
            attributes[TYPE] = self.expand(attributes[TYPE].strip(BLANK))
        node = Node(name, attributes or None)
        self.open[-1].append(node)
        self.open.append(node.content)

    def skip(self, name: str) -> None:
        self.skipped = self.depth
        stranger = self.strangers.get(name)
        if stranger is None:
            stranger = self.strangers[name] = Node(name, None)
        content = self.open[-1]
        if not content or content[-1] is not stranger:
            content.append(stranger)

    def end(self, _name: str) -> None:
        if not self.skipped:
            self.open.pop()
        elif self.skipped == self.depth:
            self.skipped = 0
        self.depth -= 1

    def data(self, text: str) -> None:
        if not self.skipped:
            self.open[-1].append(text)

    def expand(self, qualified: str) -> str:
        """Write a qualified name as a `key`; one with an unknown prefix stays as it is, and equals none."""
        prefix, _, name = qualified.rpartition(":")
        scopes = self.scopes.get(prefix or None)
        return key(scopes[-1], name) if scopes else qualified


def _refuse_doctype(*_: Any) -> None:
    raise Unreadable("a DOCTYPE is not allowed")


def _refuse_instruction(*_: Any) -> None:
    raise Unreadable("processing instructions are not allowed")


def escape(text: str) -> str:
    """Escape text as XmlWriter does, with the line ends of .NET Framework."""
    return ESCAPED.sub(lambda match: ESCAPES.get(match[0]) or f"&#x{ord(match[0]):X};", text)


def encode_name(text: str) -> str:
    """Make any text the name of an element, as XmlConvert.EncodeLocalName does (`_x005B_`).

    Raises:
        ValueError: the text is empty.
    """
    if not text:
        raise ValueError("an element needs a name")
    return UNNAMED.sub(_encode, text)


def _encode(match: re.Match[str]) -> str:
    number = ord(match[0])
    return f"_x{number:04X}_" if number < PLANE else f"_x{number:08X}_"
