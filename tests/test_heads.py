import pytest

from tests.raw import head_of, talk

STATUS = "/private/mail/subscription/guy@example.com/status"
TOKEN = "Authorization: Bearer dc8f1dcdbe454da8a25621839a93569337522968019e4bd7becd6e01285444da"
CLOSE = "Connection: close"


def ask(live, target, *lines, method="GET", version="1.1", body=b""):
    head = head_of(method, target, [*lines, TOKEN, CLOSE], version)
    return talk(live[0], head, body)[1]


@pytest.mark.parametrize(
    ("target", "host"),
    [
        ("http://xomni.localhost{}", "127.0.0.1"),
        ("http://demo.api.xomni.com{}", "nothing.example"),
        ("HTTPS://anybody@demo.api.xomni.com:443{}", "nothing.example"),
        ("http://127.0.0.1/xomni{}", "cursor.localhost"),
    ],
)
def test_the_host_of_an_absolute_target_goes_before_the_header(live, target, host):
    answer = ask(live, target.format(STATUS), f"Host: {host}")
    assert (answer.status, b"XOMNI Guy" in answer.body) == (200, True)


def test_an_absolute_target_needs_no_header_in_http_1_0(live):
    assert ask(live, f"http://xomni.localhost{STATUS}", version="1.0").status == 200


@pytest.mark.parametrize(("rest", "status"), [("", 404), ("?a=b", 404), ("/", 404), (STATUS + "?a=b", 200)])
def test_an_absolute_target_may_end_with_its_host(live, rest, status):
    assert ask(live, f"http://xomni.localhost{rest}", "Host: x").status == status


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["Host: xomni.localhost", "Host: xomni.localhost"],
        ["Host: x", "Transfer-Encoding: gzip, chunked"],
        ["Host: x", "Transfer-Encoding: gzip", "Transfer-Encoding: chunked"],
        ["Host: x", "Transfer-Encoding: identity"],
    ],
    ids=["no host", "two hosts", "gzip in one line", "gzip in a line of its own", "identity"],
)
def test_a_head_that_breaks_the_standard_is_the_server_s_bare_400(live, lines):
    answer = ask(live, f"/xomni{STATUS}", *lines, body=b"0\r\n\r\n")
    assert (answer.status, answer.body) == (400, b"Invalid HTTP request received.")


def test_http_1_0_needs_no_host(live):
    assert ask(live, f"/xomni{STATUS}", version="1.0").status == 200


@pytest.mark.parametrize("host", ["xomni.localhost", "expoints.localhost", "cursor.localhost", "127.0.0.1"])
def test_the_asterisk_is_no_path_of_a_vendor(live, host):
    answer = ask(live, "*", f"Host: {host}", method="OPTIONS")
    assert answer.status == 404
    assert b"localhost*" not in answer.body
