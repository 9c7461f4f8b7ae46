import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from mockserver import vendors
from mockserver.consent import Stamp
from mockserver.contract import document, fixtures
from mockserver.errors import ConfigurationError, DocumentError
from mockserver.store.memory import MemoryStore
from mockserver.vendors import Account, Stamped, Vendor, find, furnish
from mockserver.world.clock import begin
from mockserver.world.fixture import dump, parse
from mockserver.world.journal import CURRENT, Exchange, Finding
from mockserver.world.sandbox import Mode, Sandbox, Start, World
from mockserver.world.scenario import load

NOW = datetime(2026, 1, 1, tzinfo=UTC)
NAMES = document.names()
SCENARIOS = sorted(path.name for path in fixtures().iterdir() if path.is_dir())


@dataclass(frozen=True)
class Standing(Stamped):
    email: str

    @property
    def key(self):
        return self.email


class Quux(Vendor):
    name = "quux"
    records = (Standing,)


@pytest.fixture
def quux():
    sandbox = Sandbox("t1", MemoryStore(["quux"], 5), 0, Mode.DEFAULT)
    sandbox.store.set_clock(lambda _: begin(NOW))
    return furnish(sandbox, {"quux": Quux})["quux"]


@pytest.fixture
def exchange():
    under_way = Exchange(17, "quux", "GET", "/", "", [])
    token = CURRENT.set(under_way)
    yield under_way
    CURRENT.reset(token)


def test_the_key_of_an_account_is_its_credential():
    assert Account("A", {"X-Key": "Secret"}).key == ("x-key", "Secret")


@pytest.mark.parametrize("headers", [{}, {"a": "1", "b": "2"}])
def test_an_account_has_exactly_one_header(headers):
    with pytest.raises(ValueError, match=r"^headers: exactly one header with its value is expected$"):
        Account("A", headers)


def test_a_stamp_is_no_part_of_what_a_record_says():
    plain = Standing("a@example.com")
    assert plain.stamp is None
    assert replace(plain, stamp=Stamp(NOW, 3)) == plain
    with pytest.raises(TypeError):
        Standing(Stamp(NOW, 3), "a@example.com")


def test_a_fixture_neither_brings_nor_shows_a_stamp():
    stamped = Standing("a@example.com", stamp=Stamp(NOW, 3))
    shown = dump({Standing: {stamped.key: stamped}}, Quux.kinds())
    assert shown == {"Account": [], "Standing": [{"email": "a@example.com"}]}
    assert parse(shown, Quux.kinds())[Standing]["a@example.com"].stamp is None


def test_a_vendor_lives_in_its_sandbox(quux):
    assert quux.clock.now() == NOW
    assert quux.ids.uuid()
    assert quux.store.all(Standing) == []


def test_a_vendor_is_furnished_with_the_records_of_its_name():
    class Zeta(Quux):
        name = "zeta"

    sandbox = Sandbox("t1", MemoryStore(["quux", "zeta"], 5), 0, Mode.DEFAULT)
    made = furnish(sandbox, {"quux": Quux, "zeta": Zeta})
    assert [type(each) for each in made.values()] == [Quux, Zeta]
    assert [each.store for each in made.values()] == [sandbox.store.records("quux"), sandbox.store.records("zeta")]


@pytest.mark.parametrize(
    ("mode", "strict", "lenient"),
    [(Mode.DEFAULT, False, False), (Mode.STRICT, True, False), (Mode.LENIENT, False, True)],
)
def test_a_vendor_knows_how_slips_are_taken(mode, strict, lenient):
    made = furnish(Sandbox("t1", MemoryStore(["quux"], 5), 0, mode), {"quux": Quux})["quux"]
    assert (made.strict, made.lenient) == (strict, lenient)


def test_a_vendor_says_nothing_by_itself(quux):
    assert quux.kinds() == {"Account": Account, "Standing": Standing}
    assert quux.authorise(Account("A", {"x": "y"})) is None
    assert list(quux.consents()) == []
    with pytest.raises(NotImplementedError):
        quux.render_error(None)


def test_what_a_vendor_notes_goes_into_the_exchange_under_way(quux, exchange):
    quux.note("ACME-A1", "a blank was taken off")
    assert exchange.findings == [Finding("ACME-A1", "a blank was taken off")]
    assert quux.stamp() == Stamp(NOW, 17)


def test_without_an_exchange_nothing_is_noted_and_no_request_stamped(quux):
    quux.note("ACME-A1", "nobody listens")
    assert quux.stamp() == Stamp(NOW, None)


def test_a_name_without_document_is_no_vendor():
    with pytest.raises(ConfigurationError) as caught:
        find("quux")
    assert str(caught.value) == f"there is no vendor 'quux'; vendors are {', '.join(NAMES)}"


@pytest.fixture
def module(tmp_path, monkeypatch):
    """Writes the module of a vendor `quux` that has a document."""
    monkeypatch.setattr(document, "names", lambda: ["quux"])
    monkeypatch.setattr(vendors, "__path__", [*vendors.__path__, str(tmp_path)])

    def write(text):
        (tmp_path / "quux.py").write_text(text)

    yield write
    sys.modules.pop("mockserver.vendors.quux", None)
    vars(vendors).pop("quux", None)


def test_a_document_without_module_is_named(module):
    with pytest.raises(DocumentError) as caught:
        find("quux")
    assert str(caught.value) == "specs/quux.yaml has no module mockserver/vendors/quux.py"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "from mockserver.vendors import Vendor\nclass Quux(Vendor): name = 'other'",
        "class Quux: name = 'quux'",
        "from mockserver.vendors import Vendor\nname = 'quux'",
    ],
)
def test_a_module_without_the_class_is_named(module, text):
    module(text)
    with pytest.raises(DocumentError) as caught:
        find("quux")
    assert str(caught.value) == "mockserver/vendors/quux.py has no class with name = 'quux'"


def test_a_module_that_lacks_another_one_says_so_itself(module):
    module("import mockserver.nowhere")
    with pytest.raises(ModuleNotFoundError, match=r"mockserver\.nowhere"):
        find("quux")


def test_the_class_of_a_vendor_is_the_one_with_its_name(module):
    module(
        "from mockserver.vendors import Vendor\n"
        "class Base(Vendor): name = 'base'\n"
        "class Quux(Base): name = 'quux'\n"
        "class Later(Quux): pass\n"
    )
    assert find("quux").__name__ == "Quux"


@pytest.mark.parametrize("name", NAMES)
def test_each_document_has_its_vendor(name):
    kind = find(name)
    assert kind.name == name
    assert len(kind.kinds()) == 1 + len(kind.records)


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("name", NAMES)
def test_each_fixture_comes_back_from_its_dump(name, scenario):
    kinds = find(name).kinds()
    tables = load(scenario, fixtures(), {name: kinds}, NAMES).tables[name]
    again = parse(dump(tables, kinds), kinds)
    assert {kind: table for kind, table in again.items() if table} == {k: table for k, table in tables.items() if table}


def test_all_vendors_live_in_one_world():
    kinds = {name: find(name) for name in NAMES}
    world = World({n: k.kinds() for n, k in kinds.items()}, NAMES, lambda s: furnish(s, kinds), Start(now=NOW))
    assert list(world.find("default").vendors) == NAMES
