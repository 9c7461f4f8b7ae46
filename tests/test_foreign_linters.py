"""Our documents under linters that others wrote, which share no code with ours."""

import json
import os
import subprocess

import pytest

from mockserver.contract import PACKAGE, specs
from tests.optional import npm

DOCUMENTS = [*sorted(specs().glob("*.yaml")), PACKAGE / "admin" / "openapi.yaml"]
QUIET = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
JOINT = "\n}{\n"  # Redocly writes one report a document, end to end


def spectral(home, folder, documents):
    """List what the ruleset spectral:oas remarks, hints included."""
    (folder / "ruleset.json").write_text('{"extends": ["spectral:oas"]}')
    command = ["spectral", "lint", "--quiet", "--ruleset", folder / "ruleset.json", "--format", "json"]
    return [f"{each['source']}: {each['code']}" for each in json.loads(run(home, [*command, *documents]))]


def redocly(home, folder, documents):
    """List what the recommended rules remark, warnings included."""
    said = run(home, ["redocly", "lint", "--extends", "recommended", "--format", "json", *documents])
    problems = [each for report in json.loads(f"[{said.replace(JOINT, '},{')}]") for each in report["problems"]]
    return [f"{each['location'][0]['source']['ref']}: {each['ruleId']}" for each in problems]


def run(home, command):
    done = subprocess.run(
        [home / "node_modules" / ".bin" / command[0], *command[1:]],
        env={**os.environ, **QUIET},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("name", "package", "check"),
    [("Spectral", "@stoplight/spectral-cli@6.16.3", spectral), ("Redocly", "@redocly/cli@2.77.0", redocly)],
    ids=["spectral", "redocly"],
)
def test_linters_of_others_find_nothing_in_our_documents_and_what_is_wrong_beside_them(
    optional, tmp_path, name, package, check
):
    home = optional(name, lambda: npm(package))
    bad = tmp_path / "bad.yaml"
    bad.write_text(DOCUMENTS[0].read_text().replace(" operationId:", " x-id:", 1))
    (found,) = check(home, tmp_path, [*DOCUMENTS, bad])
    assert found.endswith("bad.yaml: operation-operationId")
