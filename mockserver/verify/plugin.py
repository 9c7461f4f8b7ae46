"""The pytest plugin of a run: hands the ground over, and turns failures into findings."""

import traceback
from collections.abc import Callable, Generator

import httpx
import pytest

from contract_tests.ground import GROUND, PROFILE, Ground
from contract_tests.selection import clauses_of, subject_of
from mockserver.verify import gate
from mockserver.verify.finding import Finding, Result, paragraph
from mockserver.verify.recorder import Recorder
from mockserver.verify.waivers import Waivers


class Plugin:
    """One run's. `lost` is asked after a broken connection: it gives why nothing answers any more, or ""."""

    def __init__(
        self, ground: Ground, result: Result, recorder: Recorder, waivers: Waivers, lost: Callable[[], str]
    ) -> None:
        self._ground = ground
        self._result = result
        self._recorder = recorder
        self._waivers = waivers
        self._lost = lost
        self.progress = recorder.progress

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Say what is under test, before the suite's own conftest asks."""
        config.stash[GROUND] = self._ground
        config.stash[PROFILE] = self._result.profile

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note that the suite itself is broken."""
        if report.failed:
            self._result.error = paragraph(f"the suite cannot be read: {report.nodeid}: {report.longreprtext[-300:]}")

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Know how long it will take."""
        self.progress.tests = len(session.items)

    def pytest_runtest_setup(self) -> None:
        """Begin a test."""
        self._recorder.begin()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Make a finding of a failure; one that is waived is a skipped test to other reports."""
        report = yield
        if report.failed and call.excinfo is not None:
            finding = self._finding(item, call.excinfo)
            self._add(finding)
            report.longrepr = f"{finding.detail}\n{finding.curl}"
            if finding.waived is not None:
                report.outcome, report.longrepr = "skipped", (str(item.path), 0, f"waived: {finding.waived}")
            elif self._gone(call.excinfo.value):
                item.session.shouldstop = "the server is gone"
        elif report.passed and report.when == "call":
            self._result.passed += 1
        return report

    def pytest_runtest_logfinish(self) -> None:
        """Show how far it is."""
        self.progress.done += 1
        self.progress.show()

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Judge the run as a whole, if it came to its end; other reports are told as of tests that failed."""
        if session.shouldstop or not session.testscollected or session.exitstatus == pytest.ExitCode.INTERRUPTED:
            return
        for finding in gate.judge(self._ground, self._result, self._waivers, self._recorder.secrets):
            self._add(finding)
            if finding.waived is None:
                place = (finding.test, 0, finding.detail)
                nodeid = f"{finding.test}::{finding.detail}"
                told = pytest.TestReport(nodeid, place, {}, "failed", finding.detail, "call")
                session.config.hook.pytest_runtest_logreport(report=told)

    def _finding(self, item: pytest.Item, excinfo: pytest.ExceptionInfo[BaseException]) -> Finding:
        subject, asked = subject_of(item), self._recorder.asked
        operation = subject.operation.operation_id if subject and subject.operation else asked[1]
        ids = tuple(clauses_of(item))
        test = item.nodeid.rpartition("/")[2]
        says = self._recorder.secrets.redact(_text(excinfo.value))
        return Finding(
            vendor=subject.document.name if subject else asked[0],
            operation_id=operation,
            test=test,
            clauses=ids,
            detail=paragraph(says),
            curl=self._recorder.curl(),
            waived=self._waivers.reason("test", test) or self._waivers.reason("clause", *ids),
        )

    def _add(self, finding: Finding) -> None:
        self._result.findings.append(finding)
        self.progress.findings = len(self._result.failures)

    def _gone(self, error: BaseException) -> bool:
        if isinstance(error, httpx.TransportError):
            self._result.error = self._lost()
        return bool(self._result.error)


def _text(error: BaseException) -> str:
    """Say what a failure is: of several the first; of a bare assertion the law and the line."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    place = traceback.extract_tb(error.__traceback__)
    if isinstance(error, AssertionError) and not str(error) and place:
        return f"{place[-1].name} does not hold: {place[-1].line}"
    said = str(error).partition("\nassert ")[0]  # what pytest adds to a message are our variables
    return said if isinstance(error, AssertionError | pytest.fail.Exception) else f"{type(error).__name__}: {said}"
