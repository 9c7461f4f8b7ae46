import pytest

from mockserver.contract import document
from mockserver.errors import MockServerError
from mockserver.verify import credentials, waivers

OMEDA, CURSOR = document.load("omeda"), document.load("cursor")


def written(tmp_path, text):
    path = tmp_path / "file.yaml"
    path.write_text(text)
    return path


def test_a_credentials_file_has_headers_and_values_by_vendor(tmp_path):
    path = written(tmp_path, "omeda: {headers: {X-Omeda-Appid: a-1}, values: {clientAbbreviation: 7}}")
    assert credentials.read(path, OMEDA) == credentials.Access({"X-Omeda-Appid": "a-1"}, {"clientAbbreviation": "7"})
    assert credentials.read(path, CURSOR) == credentials.read(None, CURSOR) == credentials.Access()


BROKEN_CREDENTIALS = {
    "- a": ": must be a mapping; its keys may be aimbase, ",
    "quux: {}": ": there is no 'quux'; keys may be aimbase, ",
    "omeda: a": ": omeda: must be a mapping; its keys may be headers, values",
    "omeda: {header: {}}": ": omeda: there is no 'header'; keys may be headers, values",
    "omeda: {headers: []}": ": omeda.headers: must be a mapping of names to texts",
    "omeda: {headers: {x-omeda-appid: 1}}": ": omeda.headers.x-omeda-appid: must be a text: put it into quotes",
    "omeda: {headers: {x-omeda-appid: ''}}": ": omeda.headers.x-omeda-appid: must be printable ASCII on one line",
    'omeda: {headers: {x-omeda-appid: "a\\nb"}}': ": omeda.headers.x-omeda-appid: must be printable ASCII on one line",
    "omeda: {headers: {}}": ": omeda.headers.x-omeda-appid is missing: this vendor asks for a credential; write ",
    "omeda: {headers: {x-omeda-appid: a}, values: {client: b}}": (": omeda.values: there is no 'client'; keys may be "),
    "omeda: {headers: {x-omeda-appid: a}, values: {clientAbbreviation: true}}": (
        ": omeda.values.clientAbbreviation: must be a text: put it into quotes"
    ),
    "omeda: [": ":2:1: this is not YAML: ",
}


@pytest.mark.parametrize(("text", "says"), BROKEN_CREDENTIALS.items())
def test_a_credentials_file_that_misfits_is_told_with_file_and_key(tmp_path, text, says):
    path = written(tmp_path, text)
    with pytest.raises(MockServerError) as told:
        credentials.read(path, OMEDA)
    assert str(told.value).startswith(f"{path}{says}")


def test_a_file_that_is_not_there_is_told(tmp_path):
    for read in (lambda path: credentials.read(path, OMEDA), waivers.read):
        with pytest.raises(MockServerError, match=r"none\.yaml: cannot be read: No such file"):
            read(tmp_path / "none.yaml")


def test_waivers_give_their_reasons_and_those_that_waive_nothing_are_told(tmp_path):
    path = written(
        tmp_path,
        """
- {clause: XOMNI-17, reason: nobody is subscribed there}
- {test: "test_examples.py::*[xomni-*]", reason: no values}
- {cell: xomni fetch 431*, reason: a proxy answers}
- {clause: XOMNI-1, reason: unused}
""",
    )
    found = waivers.read(path)
    assert found.reason("clause", "XOMNI-05", "XOMNI-17") == "nobody is subscribed there"
    assert found.reason("test", "test_examples.py::test_a[xomni-b]") == "no values"
    assert found.reason("test", "test_examples.py::test_a[omeda-b]") is None
    assert found.reason("cell", "xomni fetch 431 application/json") == "a proxy answers"
    assert found.reason("test", "XOMNI-1") is None
    assert found.unused() == [f"{path}: entry 4: clause XOMNI-1 waives nothing: take it out"]
    assert waivers.read(None).unused() == waivers.read(written(tmp_path, "")).unused() == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: b", ": must be a list of entries, each with clause or test or cell, and a reason"),
        ("- a", ": entry 1: has exactly one of clause, test, cell, and a reason"),
        ("- {clause: A, test: b, reason: c}", ": entry 1: has exactly one of clause, test, cell, and a reason"),
        ("- {clause: A, reason: c}\n- {claus: A, reason: c}", ": entry 2: has exactly one of clause, test, cell"),
        ("- {clause: A}", ": entry 1: reason is missing: write it as a text"),
        ("- {clause: A, reason: ' '}", ": entry 1: reason is missing: write it as a text"),
        ("- {clause: 1, reason: c}", ": entry 1: clause is missing: write it as a text"),
    ],
)
def test_a_waiver_file_that_misfits_is_told_with_file_and_entry(tmp_path, text, says):
    path = written(tmp_path, text)
    with pytest.raises(MockServerError) as told:
        waivers.read(path)
    assert str(told.value).startswith(f"{path}{says}")
