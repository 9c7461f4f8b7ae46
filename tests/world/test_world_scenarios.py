from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from mockserver.errors import ConfigurationError, FixtureError
from mockserver.world.scenario import load


@dataclass(frozen=True)
class Brand:
    brand_id: str
    client: str = "CLNT1"

    @property
    def key(self):
        return self.brand_id


KINDS = {"omeda": {"Brand": Brand}}
VERSION = "version: this folder is of version {}, and version 1 is read here; start the release that wrote it"
KEYS = "a scenario has the keys version, says, now, running, began, ids, all optional"


@pytest.fixture
def write(tmp_path):
    """Writes files below a folder `fixtures`, as a checkout has it, and gives that folder."""
    built_in = tmp_path / "fixtures"

    def files(**texts):
        for name, text in {"baseline/omeda": "", **texts}.items():
            path = built_in / f"{name}.yaml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return built_in

    return files


def read(built_in, name="baseline", vendors=KINDS, known=("omeda", "xomni")):
    return load(name, built_in, vendors, known)


def misfit(built_in, name="baseline"):
    with pytest.raises(FixtureError) as caught:
        read(built_in, name)
    return str(caught.value)


def test_a_scenario_has_the_records_of_each_vendor(write):
    built_in = write(**{"baseline/omeda": "Brand: [{brand_id: XXP}, {brand_id: XXD, client: C}]"})
    read_one = read(built_in)
    assert (read_one.name, read_one.now) == ("baseline", None)
    assert read_one.tables == {"omeda": {Brand: {"XXP": Brand("XXP"), "XXD": Brand("XXD", "C")}}}


def test_a_vendor_without_a_file_or_with_an_empty_one_has_no_records(write):
    built_in = write(**{"bare/scenario": "says: nothing at all"})
    assert read(built_in, "bare").tables == {"omeda": {}}
    assert read(built_in, "baseline").tables == {"omeda": {}}


def test_files_of_vendors_that_are_not_served_are_not_read(write):
    built_in = write(**{"baseline/xomni": "Nothing: [of, ours]"})
    assert read(built_in).tables == {"omeda": {}}
    assert read(built_in, vendors={}).tables == {}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Brand: [{brand_id: A}, {client: C}]", "fixtures/baseline/omeda.yaml: Brand[1]: brand_id is missing"),
        (
            "Brand: [{brand_id: 5}]",
            "fixtures/baseline/omeda.yaml: Brand[0]: brand_id: 5 is not of type str",
        ),
        (
            "Brand: [{brand_id: A}, {brand_id: A}]",
            "fixtures/baseline/omeda.yaml: Brand[1]: a row with the same key (A) stands above",
        ),
        ("Brands: []", "fixtures/baseline/omeda.yaml: Brands: there is no such record; records are Brand"),
        ("Brand: {}", "fixtures/baseline/omeda.yaml: Brand: a list of rows is expected"),
        ("- Brand", "fixtures/baseline/omeda.yaml: a fixture maps record names to lists of rows"),
        ("Brand: [", "fixtures/baseline/omeda.yaml:2:1: this is not YAML: did not find expected node content"),
        (
            "Brand: [&a {brand_id: A}, *a]",
            "fixtures/baseline/omeda.yaml:1:27: aliases are not supported; write the value out",
        ),
    ],
)
def test_a_misfit_names_file_record_row_and_reason(write, text, message):
    assert misfit(write(**{"baseline/omeda": text})) == message


def test_a_fixture_that_is_no_utf_8_is_a_misfit_too(write):
    message = misfit(write(**{"baseline/omeda": b"Brand: \xff"}))
    assert message.startswith("fixtures/baseline/omeda.yaml: this is not YAML: ")
    assert "invalid leading UTF-8 octet" in message


def test_a_file_of_nobody_is_a_misfit(write):
    assert misfit(write(**{"baseline/omida": ""})) == (
        "fixtures/baseline/omida.yaml: there is no vendor omida; vendors are omeda, xomni"
    )


def test_a_folder_in_the_place_of_a_file_is_a_misfit(write):
    built_in = write()
    (built_in / "odd" / "omeda.yaml").mkdir(parents=True)
    assert misfit(built_in, "odd").endswith("fixtures/odd/omeda.yaml: cannot be read: Is a directory")


def test_a_users_own_folder_is_given_by_its_path_and_named_by_it(write, tmp_path, monkeypatch):
    built_in = write()
    own = tmp_path / "mine" / "night"
    own.mkdir(parents=True)
    (own / "omeda.yaml").write_text("Brand: [{brand_id: MINE}]")
    assert read(built_in, str(own)).tables["omeda"][Brand] == {"MINE": Brand("MINE")}
    monkeypatch.chdir(own.parent)
    assert read(built_in, "./night").tables["omeda"][Brand] == {"MINE": Brand("MINE")}
    assert read(built_in, "night/").name == "night/"
    (own / "omeda.yaml").write_text("Brand: [{}]")
    assert misfit(built_in, str(own)) == f"{own}/omeda.yaml: Brand[0]: brand_id is missing"


@pytest.mark.parametrize(
    "name", ["none", "", ".", "..", "baseline.yaml", "no\0name", "\ud800", "./none", "/none", "a" * 300]
)
def test_a_scenario_that_is_none_is_refused_with_those_that_are(write, name):
    built_in = write(**{"trouble/omeda": ""})
    (built_in / "notes.txt").write_text("")
    with pytest.raises(ConfigurationError) as caught:
        read(built_in, name)
    assert str(caught.value).startswith(f"scenario {name!r}: no such folder; built in are baseline, trouble; ")
    assert str(caught.value).endswith(" a path with a '/'")


def test_without_a_slash_no_folder_of_the_user_is_meant(write, tmp_path, monkeypatch):
    (tmp_path / "mine").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigurationError):
        read(write(), "mine")


@pytest.mark.parametrize(
    ("text", "now"),
    [
        ("now: 2026-01-01T00:00:00Z", datetime(2026, 1, 1, tzinfo=UTC)),
        ("now: '2026-01-01T02:00:00+02:00'\nsays: two hours east", datetime(2026, 1, 1, tzinfo=UTC)),
        ("says: it runs", None),
        ("now: ", None),
        ("{}", None),
    ],
)
def test_a_scenario_may_tell_its_time(write, text, now):
    assert read(write(**{"baseline/scenario": text})).now == now


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", KEYS),
        ("[now]", KEYS),
        (
            "now: 2026-01-01T00:00:00Z\nthen: x",
            KEYS,
        ),
        (
            "now: 2026-01-01T00:00:00",
            "now: '2026-01-01 00:00:00' is no date-time with a zone, such as '2026-01-01T00:00:00Z'",
        ),
        ("now: 2026-01-01", "now: '2026-01-01' is no date-time with a zone, such as '2026-01-01T00:00:00Z'"),
        ("now: 9000-01-01T00:00:01Z", "now: 9000-01-01T00:00:01Z is beyond 9000-01-01T00:00:00Z, where all clocks end"),
        ("now: tomorrow", "now: Invalid isoformat string: 'tomorrow'"),
        ("began: 5", "began: '5' is no date-time with a zone, such as '2026-01-01T00:00:00Z'"),
        ("running: 1", "running: 1 is neither true nor false"),
        ("ids: -1", "ids: -1 is no number of ids"),
        ("ids: true", "ids: True is no number of ids"),
        ("ids: 9223372036854775808", "ids: 9223372036854775808 is no number of ids"),
        *((f"version: {version}", VERSION.format(version)) for version in ("2", "0", "1.0", "'1'", "'2.0'")),
        ("version: true", VERSION.format("True")),
    ],
)
def test_a_misfit_of_the_scenarios_own_file_is_named(write, text, reason):
    assert misfit(write(**{"baseline/scenario": text})) == f"fixtures/baseline/scenario.yaml: {reason}"


def test_a_scenario_may_tell_how_its_clock_goes_and_what_ids_are_in_use(write):
    told = "{version: 1, now: '2026-01-02T00:00:00Z', running: true, began: '2026-01-01T00:00:00Z', ids: 7}"
    found = read(write(**{"baseline/scenario": told}))
    assert (found.now, found.running, found.began, found.drawn) == (
        datetime(2026, 1, 2, tzinfo=UTC),
        True,
        datetime(2026, 1, 1, tzinfo=UTC),
        7,
    )
