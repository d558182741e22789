"""The server answers the page alone, keeps nothing, and says nothing of what goes wrong inside."""

import contextlib
import http.client
import json

import pytest

from efface.pipeline.decisions.table import read_rows
from efface.pipeline.review.server import PAGE
from efface.pipeline.review.session import Session


def ask(server, path, body=None, token=None, **headers):
    """The status, headers and body of an answer."""
    host = f"127.0.0.1:{server.server_port}"
    token = server.url.rstrip("/").rpartition("/")[2] if token is None else token
    sent = {"Host": host} | ({"Origin": f"http://{host}", "Content-Type": "application/json"} if body is not None else {})
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=60)) as connection:
        text = body if isinstance(body, str | None) else json.dumps(body)
        connection.request("GET" if body is None else "POST", f"/{token}/{path}", text, sent)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()


def test_it_listens_on_loopback_alone(server):
    assert server.server_address[0] == "127.0.0.1"
    assert server.url.startswith(f"http://127.0.0.1:{server.server_port}/")


@pytest.mark.parametrize("path", ["", "review.js", "index.json", "instances/2.json", "pictures/output/2/0.png?small=1"])
def test_the_page_is_served_and_nothing_of_it_is_kept(server, path):
    status, headers, body = ask(server, path)
    assert status == 200 and body
    assert headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Python" not in headers["Server"]


@pytest.mark.parametrize("path", ["", "index.json", "pictures/source/2/0.png"])
@pytest.mark.parametrize(
    "sent", [{"token": "wrong"}, {"token": ""}, {"Host": "evil.example"}, {"Origin": "http://evil.example"}], ids=str
)
def test_any_other_request_is_forbidden(server, path, sent):
    assert ask(server, path, **sent)[0] == 403


@pytest.mark.parametrize("path", ["../../key", "review.py", "instances/1", "pictures/vault/1/0.png", "%2e%2e/key"])
def test_there_is_nothing_else(server, path):
    assert ask(server, path)[0] == 404


def test_a_decision_is_written_when_the_page_asks_and_never_for_another_page(server, author):
    asked = {"number": 2, "scope": "instance", "action": "redact", "frames": [], "box": [1, 2, 3, 4]}
    for sent in ({"Origin": "http://evil.example"}, {"Origin": ""}, {"Content_Type": "text/plain"}, {"token": "wrong"}):
        assert ask(server, "decisions", asked, **sent)[0] == 403
    assert read_rows(author.decisions, author.pseudonyms) == ()
    status, _, body = ask(server, "decisions", asked)
    assert (status, len(json.loads(body)["decisions"])) == (200, 1)
    assert [row.box for row in read_rows(author.decisions, author.pseudonyms)] == [(1, 2, 3, 4)]


@pytest.mark.parametrize(
    "body",
    ["", "[]", "{}", '{"number": "x"}', "{" * 9999, "x" * 70_000, '{"number": 1}', '{"number": 99}'],
    ids=lambda b: b[:9],
)
def test_what_is_not_understood_is_refused(server, body):
    assert ask(server, "decisions", body)[0] == 400
    assert ask(server, "nothing", '{"number": 1}')[0] == 404
    assert ask(server, "index.json")[0] == 200


def test_no_word_of_an_unexpected_error_leaves_the_server(server, monkeypatch, capfd):
    def fail(self):
        raise RuntimeError("QUISTBERG")

    monkeypatch.setattr(Session, "index", fail)
    status, _, body = ask(server, "index.json")
    assert (status, json.loads(body)) == (500, {"error": "unexpected: RuntimeError"})
    assert capfd.readouterr() == ("", "")


def test_a_broken_source_is_told_by_its_code(server, capfd):
    status, _, body = ask(server, "pictures/source/1/0.png")
    assert (status, json.loads(body)["error"].partition(":")[0]) == (400, "structure")
    assert capfd.readouterr() == ("", "")


def test_the_page_loads_nothing_from_elsewhere():
    for path in PAGE.iterdir():
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "//" not in text.replace("// ", "").replace("/**", ""), path.name
        assert "innerHTML" not in text
