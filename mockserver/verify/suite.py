"""Runs the contract suite by pytest, away from what a user's shell and plugins tell their own pytest."""

import os
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis.configuration import set_hypothesis_home_dir

import contract_tests

FOLDER = Path(contract_tests.__file__).parent
PLUGINS = ("_hypothesis_pytestplugin", "schemathesis.pytest.plugin")


def run(plugins: Collection[object], *more: str) -> pytest.ExitCode:
    """Run it with these plugin objects, and more arguments of pytest's."""
    arguments = [str(FOLDER), "-c", str(FOLDER / "verify.ini"), "--disable-plugin-autoload", "--capture=sys"]
    arguments += [text for each in (*PLUGINS, "no:cacheprovider", "no:terminal") for text in ("-p", each)]
    with _undisturbed(), _homeless():
        return pytest.ExitCode(pytest.main([*arguments, *more], plugins=[*plugins]))


@contextmanager
def _undisturbed() -> Iterator[None]:
    kept = os.environ.pop("PYTEST_ADDOPTS", None)
    try:
        yield
    finally:
        if kept is not None:
            os.environ["PYTEST_ADDOPTS"] = kept


@contextmanager
def _homeless() -> Iterator[None]:
    """Keep what Hypothesis stores out of a user's folder; the profile `nightly` names its own place there."""
    with tempfile.TemporaryDirectory(prefix="hypothesis-") as folder:
        set_hypothesis_home_dir(folder)
        try:
            yield
        finally:
            set_hypothesis_home_dir(None)
