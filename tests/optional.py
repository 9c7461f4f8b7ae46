"""Checks that need a tool which not every machine has: the closing summary tells which ran, and why others did not."""

import functools
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

KEY = "optional"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "consent-mockserver-tests"
NPM = ("npm", "install", "--no-audit", "--no-fund", "--no-save", "--ignore-scripts", "--loglevel=error")
HASTE = ("--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-timeout=30000")


class MissingError(Exception):
    """What a check needs is not on this machine; the text says what."""


@pytest.fixture
def optional(record_property):
    """Names an optional check, and gives what it needs or skips it: optional("o.js", lambda: npm("odata@2.1.0"))."""

    def check(name, find):
        try:
            found = find()
        except MissingError as reason:
            record_property(KEY, (name, str(reason)))
            pytest.skip(f"{name} did not run: {reason}")
        record_property(KEY, (name, None))
        return found

    return check


@functools.cache
def tool(name):
    """Give the path of a program."""
    found = shutil.which(name)
    if found is None:
        raise MissingError(f"{name} is not installed")
    return found


def npm(*packages):
    """Give a folder in which npm has installed these packages, each with its version; kept from run to run.

    Raises:
        MissingError: there is no node or npm, or it cannot install them.
    """
    found = _kept(packages)
    if isinstance(found, MissingError):
        raise found
    return found


@functools.cache
def _kept(packages):
    """Look once: a registry that does not answer takes its time."""
    try:
        return install(packages)
    except MissingError as reason:
        return reason


def install(packages):
    tool("node"), tool("npm")
    home = CACHE / "+".join(packages).replace("/", "__")
    if home.is_dir():
        return home
    CACHE.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=CACHE))
    try:
        done = subprocess.run(
            [*NPM, *HASTE, "--prefix", made, *packages], capture_output=True, text=True, timeout=180, check=False
        )
        if done.returncode:
            raise MissingError(f"npm cannot install {' '.join(packages)}: {' '.join(done.stderr.split())[:200]}")
        if not home.is_dir():
            made.rename(home)
    except subprocess.TimeoutExpired:
        raise MissingError(f"npm cannot install {' '.join(packages)} within 180 s") from None
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return home


def node(home, script, *arguments, timeout_s=60):
    """Run a JavaScript module that imports what npm has put into a folder; gives the finished process."""
    return subprocess.run(
        [tool("node"), "--input-type=module", "-", *arguments],
        input=Path(script).read_text(),
        cwd=home,
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )


def summarise(reports):
    """Tell of each optional check that these reports have whether it ran; where several tests make one up, any."""
    found = {}
    for report in reports:
        for key, value in getattr(report, "user_properties", ()):
            if key == KEY:
                name, missing = value
                found[name] = found.get(name, missing) and missing
    return [f"{name}: not run, {missing}" if missing else f"{name}: ran" for name, missing in sorted(found.items())]
