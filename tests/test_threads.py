import threading
from concurrent.futures import ThreadPoolExecutor

import httpx

APPID = {"x-omeda-appid": "11111111-1111-1111-1111-111111111111"}
PATH = "/omeda/webservices/rest/client/CLNT1/optoutfilterqueue/*"
STATUS = "/xomni/private/mail/subscription/guy@example.com/status"
TOKEN = {"authorization": "Bearer dc8f1dcdbe454da8a25621839a93569337522968019e4bd7becd6e01285444da"}


def opt_out(client, url, email):
    body = {"DeploymentTypeOptOut": [{"EmailAddress": email, "DeploymentTypeId": [23, 25]}]}
    answer = client.post(url + PATH, headers=APPID, json=body)
    assert answer.status_code == 200, answer.text


def test_two_sandboxes_loaded_from_fifty_threads_never_see_each_others_records(live):
    url, _ = live
    with httpx.Client() as client:
        for name in ("left", "right"):
            assert client.post(f"{url}/__admin/sandboxes", json={"name": name, "scenario": "empty"}).status_code == 201

    def work(number):
        name = ("left", "right")[number % 2]
        with httpx.Client() as client:
            for turn in range(10):
                opt_out(client, f"{url}/~{name}", f"{name}-{number}-{turn}@example.com")
        return name

    with ThreadPoolExecutor(50) as pool:
        list(pool.map(work, range(50)))
    with httpx.Client() as client:
        for name in ("left", "right"):
            consents = client.get(f"{url}/__admin/sandboxes/{name}/consents?vendor=omeda").json()["consents"]
            assert len(consents) == 25 * 10 * 2
            assert {each["email"].split("-")[0] for each in consents} == {name}
            requests = client.get(f"{url}/__admin/sandboxes/{name}/requests?limit=1000").json()
            assert requests["total"] == 250
            assert all(name in each["request"]["body"] for each in requests["requests"])
            assert client.delete(f"{url}/__admin/sandboxes/{name}").status_code == 204


class Hammer:
    """Works on one sandbox from many threads, and collects what fails."""

    def __init__(self, url):
        self.url = url
        self.admin = f"{url}/__admin/sandboxes/busy"
        self.done = threading.Event()
        self.failures = []

    def expect(self, status, answer):
        if answer.status_code != status:
            self.failures.append(answer.text)

    def look(self, path):
        with httpx.Client() as client:
            while not self.done.is_set():
                self.expect(200, client.get(self.admin + path))

    def shake(self):
        with httpx.Client() as client:
            for _ in range(20):
                state = client.get(f"{self.admin}/state/xomni").json()
                self.expect(204, client.put(f"{self.admin}/state/xomni", json=state))
                self.expect(200, client.post(f"{self.admin}/reset"))

    def work(self, number):
        with httpx.Client() as client:
            for turn in range(30):
                opt_out(client, f"{self.url}/~busy", f"{number}-{turn}@example.com")
                self.expect(200, client.get(f"{self.url}/~busy{STATUS}", headers=TOKEN))


def test_control_plane_and_vendors_are_hammered_at_once_and_never_fail(live):
    hammer = Hammer(live[0])
    httpx.post(f"{hammer.url}/__admin/sandboxes", json={"name": "busy"})
    with ThreadPoolExecutor(13) as pool:
        looking = [pool.submit(hammer.look, path) for path in ("", "/consents", "/requests", "/state/omeda")]
        try:
            working = [pool.submit(hammer.shake), *(pool.submit(hammer.work, number) for number in range(8))]
            for each in working:
                each.result()
        finally:
            hammer.done.set()
        for each in looking:
            each.result()
    httpx.delete(hammer.admin)
    assert hammer.failures == []
