"""Holds a server, the mock or a vendor's own, to the documents: runs the contract suite, and says what it found."""

import os
from pathlib import Path
from typing import TextIO

import httpx
import pytest

from mockserver.errors import MockServerError
from mockserver.verify import report, suite, waivers
from mockserver.verify.finding import Result
from mockserver.verify.plugin import Plugin
from mockserver.verify.progress import Progress
from mockserver.verify.reach import reach, unreachable
from mockserver.verify.recorder import Recorder
from mockserver.verify.wish import Wish

__all__ = ["Result", "Wish", "run", "tell"]

STOPPED = {
    pytest.ExitCode.INTERRUPTED: "interrupted",
    pytest.ExitCode.INTERNAL_ERROR: "the suite itself failed",
    pytest.ExitCode.USAGE_ERROR: "the suite cannot be started",
    pytest.ExitCode.NO_TESTS_COLLECTED: "there is nothing to verify: every operation asked for changes something; "
    "--allow-writes calls them",
}


def run(wish: Wish, stream: TextIO) -> Result:
    """Run the suite; progress goes to a stream. Why it cannot be run is the result's `error`, in one line."""
    result = Result(wish.base_url, wish.profile)
    progress = Progress(stream)
    try:
        _run(wish, result, Recorder(wish.rate, progress))
    except MockServerError as error:
        result.error = " ".join(str(error).split())
    finally:
        progress.clear()
    return result


def _run(wish: Wish, result: Result, recorder: Recorder) -> None:
    entries = waivers.read(wish.waivers)
    if wish.report_dir is not None:
        report.folder(wish.report_dir)
    with recorder.client(wish.timeout_s) as http:
        ground = reach(wish, http, recorder)

        def lost() -> str:
            try:
                http.get(wish.base_url)
            except httpx.HTTPError as error:
                return unreachable(wish.base_url, error, wish.timeout_s)
            return ""

        try:
            with recorder.interrupt.heard():
                code = suite.run([Plugin(ground, result, recorder, entries, lost)], *_junit(wish))
        finally:
            ground.close()
    result.error = result.error or STOPPED.get(code, "")
    result.notes += entries.unused()


def tell(result: Result, wish: Wish) -> str:
    """Write the reports that were asked for; gives what people read."""
    files = []
    if wish.report_dir is not None and wish.report_dir.is_dir():
        files = report.save(result, wish.report_dir, wish.reports)
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        report.append_summary(result, Path(summary))
    return report.text(result, files)


def _junit(wish: Wish) -> list[str]:
    if wish.report_dir is None or "junit" not in wish.reports:
        return []
    return [f"--junit-xml={wish.report_dir / report.JUNIT}"]
