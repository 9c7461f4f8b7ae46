import shutil
import subprocess
import sys

import pytest

from mockserver import lint
from mockserver.contract import fixtures, specs
from mockserver.errors import ConfigurationError
from mockserver.lint import Finding, Report, Severity
from mockserver.lint.report import LONGEST_MESSAGE, one_line


def test_the_files_of_the_repository_are_clean():
    report = lint.run()
    assert not report.findings, report.text()
    held = [*specs().glob("**/*.yaml"), *fixtures().glob("*/*.yaml")]
    assert len(held) <= report.files <= len(held) + 1


def test_what_is_good_is_clean(house):
    assert lint.run().text() == "0 errors, 0 warnings in 4 files"
    assert lint.run([house.root]).text() == "0 errors, 0 warnings in 4 files"


def test_the_document_of_the_control_plane_is_one_of_ours(house):
    (house.root / "admin").mkdir()
    shutil.copy(house.document, house.root / "admin" / "openapi.yaml")
    assert lint.run().files == 5


def test_findings_are_written_in_order_and_counted(house):
    text = house.document.read_text()
    house.document.write_text(text.replace("title: Acme", "title: 5").replace("status: 1\n", "status: 3\n"))
    (house.root / "notes.yaml").write_text("a: 1\n")
    elsewhere = house.root.parent / f"{house.root.name}-elsewhere.json"
    elsewhere.write_text("{")
    report = lint.run([house.root, elsewhere])
    elsewhere.unlink()
    assert report.text() == (
        f"{elsewhere}:1:2: error yaml: Expecting property name enclosed in double quotes: "
        "line 1 column 2 (char 1) []\n"
        "notes.yaml:1:1: warning unknown-file: notes.yaml is no OpenAPI document, no clause register and no fixture "
        "[]\n"
        'specs/acme.yaml:3:3: error openapi: 5 is not of type "string" [/info/title]\n'
        "specs/acme.yaml:32:21: error example-schema: the example done does not match its schema: "
        "3 is not one of 1, 2 or null [/paths/~1lists~1{listId}/post/responses/200/content/application~1json"
        "/examples/done/value/status]\n"
        "3 errors, 1 warning in 6 files"
    )


@pytest.mark.parametrize(
    ("severities", "files", "line"),
    [
        ([], 0, "0 errors, 0 warnings in 0 files"),
        (["error"], 1, "1 error, 0 warnings in 1 file"),
        (["error", "error", "warning"], 2, "2 errors, 1 warning in 2 files"),
        (["warning", "warning", "info"], 2, "0 errors, 2 warnings in 2 files"),
    ],
)
def test_the_last_line_counts(severities, files, line):
    findings = [Finding("f", 1, 1, "", "r", Severity(each), "m") for each in severities]
    assert Report(findings, files).text().splitlines()[-1] == line


def test_a_message_is_one_line_of_bearable_length():
    assert one_line("a\n  b\x1b[0m\tc") == "a b [0m c"
    assert one_line("x" * 1000) == "x" * (LONGEST_MESSAGE - 1) + "…"


def test_a_path_that_does_not_exist_is_refused(house):
    with pytest.raises(ConfigurationError, match=r"nowhere\.yaml: there is no such file or folder"):
        lint.run([house.document, house.root / "nowhere.yaml"])


def test_a_folder_is_searched_for_yaml_and_json_but_not_what_is_hidden(house):
    folder = house.root / "more"
    for name in ("a/b.yml", "c.json", "d.txt", ".git/e.yaml"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("{}")
    assert lint.run([folder]).files == 2


def test_a_file_that_is_given_twice_is_looked_at_once(house):
    assert lint.run([house.document, house.document.parent]).files == 2


def test_the_linter_starts_without_the_validator():
    command = "import sys, mockserver.lint; sys.exit('openapi_spec_validator' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", command], check=False).returncode == 0
