from mockserver.admin.reply import Written, reply


def test_a_body_is_json_unless_its_handler_wrote_it():
    assert reply(200, {"a": 1}).headers["Content-Type"] == "application/json"
    answer = reply(201, Written(b"\x00\xff", "application/zip", {"Content-Disposition": "attachment"}))
    assert (answer.status_code, answer.data) == (201, b"\x00\xff")
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Content-Length"] == "2"
    assert answer.headers["Content-Disposition"] == "attachment"


def test_no_body_has_no_media_type():
    answer = reply(204, None)
    assert answer.data == b""
    assert "Content-Type" not in answer.headers
