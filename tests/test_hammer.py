import itertools
import random
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx

from contract_tests.target import Request
from contract_tests.test_examples import OPERATIONS, bodies, paths

CLIENTS, SANDBOXES, REQUESTS = 25, 20, 40


class Client:
    """Sends what the documents' examples ask for, in a random order, to any vendor in any sandbox."""

    def __init__(self, url, seed, credentials):
        self.url = url
        self.random = random.Random(seed)
        self.credentials = credentials

    def requests(self):
        choices = [
            (read, operation, path, media_type, body)
            for read, operation in (each.values for each in OPERATIONS)
            for path, (media_type, body) in itertools.product(paths(read, operation), bodies(read, operation))
        ]
        return [self.random.choice(choices) for _ in range(REQUESTS)]

    def work(self):
        with httpx.Client() as client:
            for read, operation, path, media_type, body in self.requests():
                account = self.random.choice([*self.credentials[read.name], {}])
                headers = {**account, **({"content-type": media_type} if media_type else {})}
                target = f"{self.url}/~h{self.random.randrange(SANDBOXES)}/{read.name}{Request(operation, path).target}"
                answer = client.request(operation.method, target, headers=headers, content=body)
                if answer.status_code not in operation.responses or answer.status_code == 500:
                    yield f"{operation.operation_id}: {answer.status_code} {answer.text[:200]}"


def test_25_clients_in_20_sandboxes_never_meet_what_is_not_documented(live):
    url, _ = live
    for number in range(SANDBOXES):
        httpx.post(f"{url}/__admin/sandboxes", json={"name": f"h{number}"})
    vendors = httpx.get(f"{url}/__admin/vendors").json()["vendors"]
    credentials = {each["name"]: [account["headers"] for account in each["credentials"]] for each in vendors}
    with ThreadPoolExecutor(CLIENTS) as pool:
        working = [
            pool.submit(lambda seed: list(Client(url, seed, credentials).work()), seed) for seed in range(CLIENTS)
        ]
        failures = [failure for each in working for failure in each.result()]
    totals = [httpx.get(f"{url}/__admin/sandboxes/h{n}/requests?limit=1").json()["total"] for n in range(SANDBOXES)]
    for number in range(SANDBOXES):
        httpx.delete(f"{url}/__admin/sandboxes/h{number}")
    assert failures == []
    assert sum(totals) == CLIENTS * REQUESTS
    assert threading.active_count() < 100
