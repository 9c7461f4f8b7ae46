import shlex

import httpx
import pytest

from mockserver.verify import curl

SECRET = "Bearer 0123456789"
SECRETS = curl.Secrets()
SECRETS.add("acme", [{"authorization": SECRET}, {"Authorization": "Bearer another-one"}])
URL = "http://127.0.0.1/a?b=c&d=[1]"


def command(method="GET", body=b"", **headers):
    request = httpx.Request(method, URL, headers=headers, content=body)
    return curl.write(request, URL, SECRETS)


def test_a_command_repeats_a_request_and_takes_away_what_curl_adds():
    assert command() == f"curl -gi -X GET {shlex.quote(URL)} -H accept:"
    assert command("POST", b'{"a": "it\'s"}', accept="*/*").split(" -H ")[1:] == [
        "'accept: */*'",
        """content-type: --data-binary '{"a": "it'"'"'s"}'""",
    ]


def test_credentials_are_shell_variables_wrong_ones_too():
    assert '-H "$ACME_HEADER"' in command(authorization=SECRET)
    assert '-H "$ACME_HEADER_2"' in command(authorization="Bearer another-one")
    assert '-H "${ACME_HEADER%????}0000"' in command(authorization="Bearer 0123450000")
    assert "-H 'authorization: Basic x'" in command(authorization="Basic x")


@pytest.mark.parametrize("body", [b"\x00\xff", "å".encode(), b"a\tb", "x".encode("utf-16")])
def test_a_body_that_is_no_plain_text_is_printed_byte_by_byte(body):
    printed, rest = command("PUT", body).split(" | ")
    escaped = shlex.split(printed)[1]
    assert escaped.encode().decode("unicode_escape").encode("latin-1") == body
    assert rest.endswith("--data-binary @-")


def test_secrets_are_taken_out_of_texts():
    assert SECRETS.redact(f"sent {SECRET}, then Bearer 0123450000") == "sent [REDACTED], then [REDACTED]0000"
