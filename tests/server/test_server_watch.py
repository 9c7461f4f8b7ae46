import logging
import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from mockserver.contract import document, fixtures, specs
from mockserver.server import Server, Settings, running
from mockserver.server.watch import Swap, Watch
from mockserver.world.sandbox import Start
from tests.driver import Driver

VENDORS = ("omeda", "xomni")
STATUS = "/xomni/private/mail/subscription/guy@example.com/status"
KEY = {"authorization": "Bearer dc8f1dcdbe454da8a25621839a93569337522968019e4bd7becd6e01285444da"}
KEPT = "not reloaded, the last good state stays: "


@pytest.fixture
def files(tmp_path, monkeypatch):
    """Documents and scenarios that may be edited: gives their folder."""
    for folder, source in (
        ("specs", specs()),
        *((f"fixtures/{name}", fixtures() / name) for name in ("baseline", "trouble")),
    ):
        (tmp_path / folder).mkdir(parents=True)
        for name in VENDORS:
            shutil.copy(source / f"{name}.yaml", tmp_path / folder)
    monkeypatch.setattr(document, "specs", lambda: tmp_path / "specs")
    return tmp_path


def settings(files, scenario="baseline"):
    start = Start(scenario=scenario, scenarios=files / "fixtures")
    return Settings(port=0, vendors=VENDORS, start=start, watch=True)


class Desk:
    """A server whose files somebody edits; what was said is in `told`."""

    def __init__(self, settings, caplog):
        self.server = Server(settings)
        self.swap = Swap(self.server.app)
        self.watch = Watch(self.server, self.swap)
        self.driver = Driver(self.swap)
        self.caplog = caplog

    def edit(self, *changes):
        """Change files, (path, old, new) each, and take them in together; gives what is said."""
        self.caplog.clear()
        for path, old, new in changes:
            text = path.read_text()
            assert old in text
            path.write_text(text.replace(old, new))
        paths = {path for path, *_ in changes}
        assert all(map(self.watch.concerns, paths))
        self.watch.take(paths)
        return [record.getMessage() for record in self.caplog.records]

    def name(self, sandbox="default", status=200):
        """The name of a person in a sandbox, as the vendor tells it."""
        answer = self.driver.get(f"/~{sandbox}{STATUS}", headers=KEY)
        assert answer.status == status
        return answer.json.get("PIIName")


@pytest.fixture
def desk(files, caplog):
    caplog.set_level(logging.INFO, "mockserver.watch")
    return Desk(settings(files), caplog)


def test_a_document_changes_routes_and_leaves_sandboxes_as_they_were(desk, files):
    desk.server.world.create("t1")
    records = desk.server.world.find("t1").store.records("xomni").tables()
    path = files / "specs" / "xomni.yaml"
    said = desk.edit((path, "/private/mail/subscription/{email}/status", "/public/mail/subscription/{email}/status"))
    assert said == [f"reloaded {path}: routes and validation are new, sandboxes are as they were"]
    assert desk.driver.get(STATUS, headers=KEY).status == 404
    assert desk.driver.get(STATUS.replace("private", "public"), headers=KEY).json["PIIName"] == "XOMNI Guy"
    assert desk.driver.get("/xomni/openapi.yaml").body == path.read_bytes()
    assert desk.server.world.find("t1").store.records("xomni").tables() == records
    assert len(desk.server.world.find("default").store.journal.entries()[0]) == 2


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("paths:", "paths: [", "xomni.yaml:"),
        ("operationId: fetch_mail_subscription_status", "operationId: quux", "has no method of that name"),
        ('openapi: "3.0.3"', "openapi: 2", "the key 'openapi' must say 3.0.x"),
    ],
    ids=["no YAML", "no handler", "no OpenAPI 3.0"],
)
def test_a_broken_document_is_told_and_the_last_good_one_stays_until_the_next(desk, files, old, new, says):
    path = files / "specs" / "xomni.yaml"
    *places, kept = desk.edit((path, old, new))
    assert kept.startswith(KEPT)
    assert says in kept
    assert all(f"{path}:" in each for each in places)
    assert places or old.startswith("operationId")
    assert desk.name() == "XOMNI Guy"
    assert desk.edit((path, new, old))[0].startswith("reloaded ")


def test_a_document_that_is_gone_is_told(desk, files):
    path = files / "specs" / "xomni.yaml"
    path.unlink()
    desk.watch.take({path})
    (said,) = [record.getMessage() for record in desk.caplog.records]
    assert said.startswith(f"{KEPT}{path}: ")
    assert desk.name() == "XOMNI Guy"


def test_a_fixture_begins_default_anew_and_serves_later_resets(desk, files):
    world, path = desk.server.world, files / "fixtures" / "baseline" / "xomni.yaml"
    world.create("t1")
    said = desk.edit((path, "XOMNI Guy", "Another Guy"))
    assert said == [f"reloaded {path}: later resets begin with it, the sandbox 'default' began anew"]
    assert (desk.name(), desk.name("t1")) == ("Another Guy", "XOMNI Guy")
    world.reset(world.find("t1"), None, None)
    world.create("t2")
    assert (desk.name("t1"), desk.name("t2")) == ("Another Guy", "Another Guy")


def test_a_fixture_of_another_scenario_leaves_default_as_it_is(desk, files):
    desk.name()
    path = files / "fixtures" / "trouble" / "xomni.yaml"
    desk.server.world.create("t1", "trouble")
    said = desk.edit((path, "email:", "email: "))
    assert said == [f"reloaded {path}: later resets begin with it"]
    assert len(desk.server.world.find("default").store.journal.entries()[0]) == 1


def test_a_broken_fixture_is_told_with_its_line_and_the_last_good_one_stays(desk, files):
    path = files / "fixtures" / "baseline" / "xomni.yaml"
    place, kept = desk.edit((path, "XOMNI Guy", "Another Guy"), (path, "Account:", "Acount:"))
    line = path.read_text().splitlines().index("Acount:") + 1
    assert f"{path}:{line}:1: error fixture: Acount: there is no such record" in place
    assert kept.startswith(f"{KEPT}fixtures/baseline/xomni.yaml: Acount: there is no such record")
    desk.server.world.create("t1")
    assert (desk.name(), desk.name("t1")) == ("XOMNI Guy", "XOMNI Guy")


def test_what_was_kept_back_with_a_broken_file_is_taken_once_that_is_mended(desk, files):
    good, broken = files / "fixtures" / "baseline" / "xomni.yaml", files / "fixtures" / "trouble" / "xomni.yaml"
    desk.edit((good, "XOMNI Guy", "Another Guy"), (broken, "Account:", "Acount:"))
    assert desk.name() == "XOMNI Guy"
    desk.edit((broken, "Acount:", "Account:"))
    assert desk.name() == "Another Guy"


def test_a_scenario_of_one_s_own_is_watched(files, caplog):
    (files / "fixtures" / "baseline").rename(files / "mine")
    (files / "fixtures" / "baseline").mkdir()
    desk = Desk(settings(files, f"{files}/mine/"), caplog)
    desk.edit((files / "mine" / "xomni.yaml", "XOMNI Guy", "Another Guy"))
    assert desk.name() == "Another Guy"


def test_a_fault_of_ours_ends_no_watching(desk, files, monkeypatch):
    def fail():
        raise ZeroDivisionError

    monkeypatch.setattr(desk.server, "renew", fail)
    path = files / "specs" / "xomni.yaml"
    assert desk.edit((path, "XOMNI", "Xomni")) == [f"{KEPT}{path}: a fault of this server"]
    assert "ZeroDivisionError" in desk.caplog.text


@pytest.mark.parametrize(
    "name",
    [
        "specs/aimbase.yaml",
        "specs/xomni.yaml~",
        "specs/clauses/xomni.yaml",
        "fixtures/xomni.yaml",
        "fixtures/baseline/a.txt",
        "fixtures/baseline/a/b.yaml",
    ],
)
def test_other_files_do_not_matter(desk, files, name):
    assert not desk.watch.concerns(files / name)


def test_old_applications_and_their_threads_go(desk, files):
    path = files / "specs" / "xomni.yaml"
    desk.driver.get("/__admin/health")
    before = threading.active_count()
    for _ in range(4):
        desk.edit((path, "paths:", "paths:"))
        desk.driver.get("/__admin/health")
    until(lambda: before - threading.active_count(), 0)


def write(path, change):
    """Change a file in one step, as most editors do."""
    made = path.with_suffix(".new")
    made.write_text(change(path.read_text()))
    made.replace(path)


def until(count, number, seconds=60):
    ends = time.monotonic() + seconds
    while count() < number:
        assert time.monotonic() < ends
        time.sleep(0.05)


def test_no_request_fails_while_files_change(files, caplog):
    """The whole way: files are edited, clients call without a pause."""
    stop = threading.Event()
    document_file, fixture_file = files / "specs" / "xomni.yaml", files / "fixtures" / "baseline" / "xomni.yaml"

    def hammer(url):
        seen = []
        with httpx.Client() as client:
            while not stop.is_set():
                seen.append(client.get(f"{url}{STATUS}", headers=KEY).status_code)
                seen.append(client.get(f"{url}/__admin/health").status_code)
        return seen

    def said(word):
        return sum(word in record.getMessage() for record in caplog.records)

    with running(settings(files)) as (url, _), ThreadPoolExecutor(2) as pool:
        working = [pool.submit(hammer, url) for _ in range(2)]
        try:
            for number in range(1, 4):
                write(document_file, lambda text: f"{text}# again\n")
                until(lambda: said("routes and validation"), number)
                write(fixture_file, lambda text: f"{text}# again\n")
                until(lambda: said("began anew"), number)
                write(fixture_file, lambda text: f"{text}- broken\n")
                until(lambda: said(KEPT), number)
                write(fixture_file, lambda text: text.replace("- broken\n", ""))
        finally:
            stop.set()
        seen = [status for each in working for status in each.result()]
        assert httpx.get(f"{url}/xomni/openapi.yaml").text.endswith("# again\n" * 3)
    assert len(seen) > 50
    assert set(seen) == {200}
