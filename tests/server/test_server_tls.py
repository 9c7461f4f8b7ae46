import re
import socket
import ssl
import stat
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import httpx
import pytest
from click.testing import CliRunner

from contract_tests.target import Request, Target
from mockserver.cli import main
from mockserver.contract import document
from mockserver.engine.intake import Bounds
from mockserver.errors import ConfigurationError
from mockserver.server import Settings, running
from mockserver.server.tls import covered, secure
from mockserver.world.sandbox import Start
from tests.optional import tool
from tests.test_cli import started

START = Start(now=datetime(2026, 1, 1, tzinfo=UTC))
HOSTS = [(name, host) for name in document.names() for host in (f"{name}.localhost", *document.load(name).hosts)]


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A server that speaks TLS: gives its URL, its port and the server."""
    folder = tmp_path_factory.mktemp("tls")
    with running(Settings(port=0, start=START, tls=folder)) as (url, server):
        yield url, int(url.rpartition(":")[2]), server


@pytest.fixture(scope="module")
def trusting(served):
    """What a client needs who trusts the server's authority and nobody else."""
    return ssl.create_default_context(cafile=served[2].tls.certificate)


def call(path, **hosts):
    """Give a request line with its headers, as bytes."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in hosts.items())
    return f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode()


def say(address, context, data, name="localhost"):
    """Send bytes over TLS, and read until the server closes or is silent."""
    with (
        socket.create_connection(address, timeout=5) as plain,
        context.wrap_socket(plain, server_hostname=name) as connection,
    ):
        connection.sendall(data)
        connection.settimeout(0.5)
        came = b""
        try:
            while more := connection.recv(65536):
                came += more
        except TimeoutError:
            pass
    return came


@pytest.mark.parametrize(("name", "host"), HOSTS, ids=[host for _, host in HOSTS])
def test_curl_reaches_each_vendor_by_its_own_host(served, optional, name, host):
    curl = optional("curl", lambda: tool("curl"))
    host = host.replace("*", "some-tenant")
    _, port, server = served
    where = ["--resolve", f"{host}:{port}:127.0.0.1", "--cacert", str(server.tls.certificate)]
    target = f"https://{host}:{port}/openapi.yaml"
    answer = subprocess.run([curl, "-sS", "--noproxy", "*", *where, target], capture_output=True, check=True).stdout
    assert answer == document.load(name).raw


class ToTheMock(httpx.HTTPTransport):
    """Sends every request to one port of this machine, whatever host it is for."""

    def __init__(self, port, **kwargs):
        super().__init__(**kwargs)
        self.port = port

    def handle_request(self, request):
        request.extensions = {**request.extensions, "sni_hostname": request.url.host}
        request.url = request.url.copy_with(host="127.0.0.1", port=self.port)
        return super().handle_request(request)


@pytest.mark.parametrize("host", ["ows.omeda.com", "ows.omedastaging.com", "omeda.localhost"])
def test_httpx_reaches_a_hard_coded_host_by_a_transport(served, trusting, host):
    with httpx.Client(transport=ToTheMock(served[1], verify=trusting)) as client:
        url = f"https://{host}/webservices/rest/brand/XXP/deploymenttypes/*"
        answer = client.get(url, headers={"x-omeda-appid": "11111111-1111-1111-1111-111111111111"})
    assert (answer.status_code, answer.json()["Id"] > 0) == (200, True)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_this_machine_is_called_by_any_of_its_names(trusting, tmp_path, host):
    settings = Settings(host=host.strip("[]"), port=0, vendors=("xomni",), tls=tmp_path)
    with running(settings) as (url, server):
        assert url.startswith(f"https://{host}:")
        context = ssl.create_default_context(cafile=server.tls.certificate)
        assert httpx.get(f"{url}/__admin/health", verify=context).json() == {"status": "ok"}


def test_urls_in_answers_have_the_scheme(served, trusting):
    url, *_ = served
    with httpx.Client(base_url=url, verify=trusting) as client:
        vendors = client.get("/__admin/vendors").json()["vendors"]
        made = client.post("/__admin/sandboxes", json={}).json()
        demo = {"authenticate": "Avala-Api demo:1ea0934d-ef65-4ae2-b513-8ed5d8a64e52"}
        rows = client.get("/aimbase/odata/v2/SubscriberOptIn?$top=1", headers=demo).json()
    assert {each["base_url"] for each in vendors} == {f"{url}/{each['name']}" for each in vendors}
    assert made["base_urls"]["omeda"] == f"{url}/~{made['name']}/omeda"
    assert rows["@odata.context"].startswith(f"{url}/aimbase/")


def test_who_does_not_trust_the_authority_does_not_call(served):
    with pytest.raises(httpx.ConnectError, match="certificate verify failed"):
        httpx.get(f"{served[0]}/__admin/health")


def test_a_vendor_s_host_serves_nothing_else(served, trusting):
    answer = say(
        ("127.0.0.1", served[1]), trusting, call("/__admin/health", host="ows.omeda.com"), name="ows.omeda.com"
    )
    assert answer.startswith(b"HTTP/1.1 404 ")


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GET /__admin/health HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n", 200),
        (b"GET /__admin/health HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n", 400),
        (b"GET /__admin/health HTTP/1.1\r\n\r\n", 400),
        (b"GET https://127.0.0.1/__admin/health HTTP/1.1\r\nHost: elsewhere.test\r\n\r\n", 200),
        (b"GET / HTTP/9\r\n\r\n", 400),
    ],
    ids=["an offer to upgrade", "two hosts", "no host", "an absolute target", "no HTTP"],
)
def test_requests_are_read_as_without_tls(served, trusting, head, status):
    assert say(("127.0.0.1", served[1]), trusting, head).startswith(b"HTTP/1.1 %d " % status)


def test_a_body_that_does_not_come_is_given_up_and_the_suite_sees_it(monkeypatch, tmp_path):
    read = document.load("omeda")
    operation = next(each for each in read.operations if each.content)
    settings = Settings(port=0, vendors=("omeda",), tls=tmp_path, bounds=Bounds(body_timeout_s=0.1))
    with running(settings) as (url, server), httpx.Client(verify=False) as http:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.tls.certificate))
        target = Target(read, f"{url}/omeda", {}, http, lambda *_: None)
        assert target.stall(Request(operation, {"clientAbbreviation": "CLNT1"})).status == 408


def test_http_without_tls_gets_no_answer_and_does_no_harm(served, trusting):
    with socket.create_connection(("127.0.0.1", served[1]), timeout=5) as plain:
        plain.sendall(call("/__admin/health", host="localhost"))
        assert b"HTTP/" not in plain.recv(1000)
    assert httpx.get(f"{served[0]}/__admin/health", verify=trusting).status_code == 200


def test_a_server_tells_its_authority_and_ends_within_five_seconds_whatever_its_clients_do(tmp_path):
    with started("--port", "0", "--tls", "--vendor", "xomni", env={"XDG_CONFIG_HOME": str(tmp_path)}) as (
        process,
        line,
    ):
        found = re.fullmatch(r"mockserver 0\.1\.0 on https://127\.0\.0\.1:(\d+) \(scenario baseline, seed 0\)", line)
        address = ("127.0.0.1", int(found[1]))
        *_, last = (next(process.stdout) for _ in range(2))
        assert last == f"  CA         {tmp_path}/consent-mockserver/tls/ca.pem\n"
        context = ssl.create_default_context(cafile=last.split()[1])
        with (
            socket.create_connection(address),  # shakes no hands
            context.wrap_socket(socket.create_connection(address), server_hostname="localhost") as idle,
            context.wrap_socket(socket.create_connection(address), server_hostname="localhost") as half,
        ):
            idle.sendall(call("/__admin/health", host="localhost"))
            assert idle.recv(1000).startswith(b"HTTP/1.1 200 ")
            half.sendall(b"POST /xomni/x HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{")
            time.sleep(0.2)
            began = time.monotonic()
            process.terminate()
            assert process.wait(timeout=8) == 0
            assert time.monotonic() - began < 5
        assert re.fullmatch(r".* ERROR uvicorn\.error Cancel 1 running task\(s\).*\n", process.stderr.read())


def test_the_authority_is_kept_for_the_next_start_and_its_key_for_its_owner(tmp_path):
    folder = tmp_path / "new" / "tls"
    first = secure(folder, "127.0.0.1", [])
    told = first.certificate.read_bytes()
    assert {each.name: stat.S_IMODE(each.stat().st_mode) for each in folder.iterdir()} == {
        "ca.pem": 0o644,
        "ca-key.pem": 0o600,
    }
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert b"PRIVATE KEY" not in told
    assert secure(folder, "127.0.0.1", []).certificate.read_bytes() == told
    first.certificate.write_text("another's")
    assert secure(folder, "127.0.0.1", []).certificate.read_bytes() == told
    first.certificate.unlink()
    assert secure(folder, "127.0.0.1", []).certificate.read_bytes() == told


def test_servers_that_start_at_once_agree_on_one_authority(tmp_path, monkeypatch):
    monkeypatch.setattr("pathlib.Path.exists", lambda _: False)
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: secure(tmp_path, "127.0.0.1", []), range(8)))
    told = made[0].certificate.read_bytes()
    for each in made:
        trusted = ssl.create_default_context(cadata=told.decode())
        issued = ssl.MemoryBIO(), ssl.MemoryBIO()
        client = trusted.wrap_bio(*issued, server_hostname="localhost")
        server = each.context.wrap_bio(*reversed(issued), server_side=True)
        assert shaken(client, server)


def shaken(*sides):
    """Let two sides shake hands."""
    waiting = list(sides)
    while waiting:
        side = waiting.pop(0)
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            waiting.append(side)
    return True


def test_a_key_that_others_may_read_is_not_used(tmp_path):
    secure(tmp_path, "127.0.0.1", [])
    (tmp_path / "ca-key.pem").chmod(0o640)
    with pytest.raises(ConfigurationError, match=r"ca-key\.pem: others than its owner may read or write this key"):
        secure(tmp_path, "127.0.0.1", [])


@pytest.mark.parametrize("text", ["", "nonsense", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_a_key_that_is_none_ends_the_start(tmp_path, text):
    (tmp_path / "ca-key.pem").write_text(text)
    (tmp_path / "ca-key.pem").chmod(0o600)
    result = CliRunner().invoke(
        main, ["serve", "--port", "0", "--vendor", "xomni", "--tls", "--tls-dir", str(tmp_path)]
    )
    assert result.exit_code == 2
    assert result.output == (
        f"mockserver: {tmp_path}/ca-key.pem: this is no key with its certificate: delete it, "
        "and trust the next authority\n"
    )


def test_a_folder_that_is_none_ends_the_start(tmp_path):
    (tmp_path / "file").touch()
    result = CliRunner().invoke(
        main, ["serve", "--port", "0", "--vendor", "xomni", "--tls", "--tls-dir", str(tmp_path / "file" / "x")]
    )
    says = f"cannot keep the authority for TLS in {tmp_path}/file/x: Not a directory; take another --tls-dir"
    assert (result.exit_code, result.output) == (2, f"mockserver: {says}\n")


def test_a_certificate_covers_what_one_can_be_for(monkeypatch):
    own = ["127.0.0.1", "::1", "localhost", "*.localhost"]
    assert covered("127.0.0.1", ["a.test", "*.b.test", "a.*.test", "-c.test", "ab--c.test", "d_e.test"]) == [
        *own,
        "a.test",
        "*.b.test",
    ]
    assert covered("192.0.2.7", []) == [*own, "192.0.2.7"]
    monkeypatch.setattr(socket, "gethostname", lambda: "mock")
    assert covered("0.0.0.0", []) == [*own, "0.0.0.0", "mock"]
    assert covered("::%eth0", []) == [*own, "::", "mock"]
