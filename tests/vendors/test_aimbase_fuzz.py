import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.driver import Driver
from tests.vendors.aimbase_desk import PATH, ask

SERVICE = "/aimbase/odata/v2"
PATHS = [PATH, f"{PATH}(1519)", f"{PATH}/$count", SERVICE, f"{SERVICE}/$metadata"]
calm = settings(derandomize=True, deadline=None, max_examples=120, database=None)
OPTIONS = "$filter $orderby $top $skip $count $select $format $skiptoken $search $expand $apply $foo $ @p filter"
NAMES = st.sampled_from([each.encode() for each in OPTIONS.split()])
TOKENS = """
    Id Email IsOptedIn OptInDate eq ne gt and or not in add div mod desc asc ( ) ' '' , / * - . 0 1 1519 1e999 null true
    2019-11-03T01:30:00-06:00 12:30 duration'P1D' contains( length( year( round( substring( now() any( $it @p # ; = & %
    %27 %2B %20 %00 %0A %FF %C3%28 %ED%A0%80 %u0041 %F0%9F%98%80 %25 %26 + json application/json ;odata.metadata=full
    WzQxNzcwMDg2ODIsbnVsbCwxNTMzXQ
"""
PIECES = st.sampled_from([each.encode() for each in TOKENS.split()]) | st.binary(max_size=6)
VALUES = st.lists(PIECES, max_size=8).map(b"".join) | st.lists(PIECES, max_size=8).map(b"+".join)
PAIRS = st.tuples(NAMES | VALUES, st.sampled_from([b"=", b"", b"=="]), VALUES).map(b"".join)
QUERIES = st.lists(PAIRS, max_size=4).map(b"&".join) | st.binary(max_size=60)
FIELDS = st.text(st.characters(codec="latin-1", exclude_characters="\r\n"), max_size=30) | st.lists(
    st.sampled_from(
        [*'=;," ', "odata.maxpagesize=2", "odata.maxpagesize", "application/json", "odata.metadata=none", "q=0", "4.0"]
    ),
    max_size=6,
).map("".join)
DEEP = ["(", "not ", "-", "contains(", "1 add (", "Id in (", "'", "concat('a',", "Id eq 1 and ", "[", "%28", "%27"]


@pytest.fixture(scope="module")
def room(started):
    made = started.world.create()
    yield made
    started.world.delete(made.name)


def assert_answered(answer):
    assert answer.status in {200, 400}, answer
    assert answer.headers["odata-version"] == "4.0"
    if answer.status == 400:
        assert list(answer.json) == ["error"]
        assert answer.json["error"]["message"]


@pytest.mark.clause("AIMBASE-02", "AIMBASE-05")
@calm
@given(path=st.sampled_from(PATHS), query=QUERIES)
def test_no_query_string_whatever_is_a_fault(started, room, path, query):
    assert_answered(ask(Driver(started.app, sandbox=room.name), query, path=path))


@pytest.mark.clause("AIMBASE-05", "AIMBASE-B37")
@pytest.mark.parametrize("opening", DEEP)
@pytest.mark.parametrize("name", ["$filter", "$orderby", "$select", "$skiptoken", "$format", "$top", "$foo"])
def test_no_length_or_depth_is_a_fault(started, room, name, opening):
    driver = Driver(started.app, sandbox=room.name)
    raw = opening.replace(" ", "+").encode()
    for path in PATHS:
        assert ask(driver, name.encode() + b"=" + raw * (60_000 // len(raw) // 2 * 2 + 1), path=path).status == 400


@pytest.mark.clause("AIMBASE-B40")
@calm
@given(key=st.text(max_size=12) | st.binary(max_size=12).map(lambda raw: raw.decode("latin-1")) | FIELDS)
def test_no_key_whatever_is_a_fault(started, room, key):
    path = f"{PATH}({''.join(f'%{byte:02X}' for byte in key.encode())})"
    answer = ask(Driver(started.app, sandbox=room.name), path=path)
    assert answer.status in {200, 400, 404}


@pytest.mark.clause("AIMBASE-B25", "AIMBASE-B41", "AIMBASE-B42")
@calm
@given(path=st.sampled_from(PATHS), accept=FIELDS, prefer=FIELDS, version=FIELDS)
def test_no_header_field_whatever_is_a_fault(started, room, path, accept, prefer, version):
    driver = Driver(started.app, sandbox=room.name)
    assert_answered(ask(driver, "$top=3", path=PATH, accept=accept, prefer=prefer))
    assert_answered(ask(driver, path=path, accept=accept, prefer=prefer, odata_maxversion=version))
