"""Who may talk to the page."""

from email.message import Message

import pytest

from efface.pipeline.review.access import is_from_page, new_token, path_below_token

PAGE = {"Host": "127.0.0.1:80", "Origin": "http://127.0.0.1:80", "Content-Type": "application/json"}


def headers(**changes):
    message = Message()
    for name, value in {**PAGE, **{key.replace("_", "-"): value for key, value in changes.items()}}.items():
        if value:
            message[name] = value
    return message


def test_the_token_is_long_and_another_one_each_time():
    assert len(new_token()) >= 43
    assert new_token() != new_token()


@pytest.mark.parametrize(
    ("path", "below"),
    [
        ("/TOKEN/", ""),
        ("/TOKEN/a/b.png", "a/b.png"),
        ("/TOKEN", None),
        ("/", None),
        ("", None),
        ("/TOKE/", None),
        ("/é/", None),
    ],
)
def test_a_path_begins_with_the_token(path, below):
    assert path_below_token(path, "TOKEN") == below


@pytest.mark.parametrize("writes", [False, True])
def test_the_page_itself_may_read_and_write(writes):
    assert is_from_page(headers(), 80, writes=writes)
    assert is_from_page(headers(Host="localhost:80", Sec_Fetch_Site="same-origin"), 80, writes=writes)


def test_an_address_that_is_typed_in_sends_no_origin():
    assert is_from_page(headers(Origin="", Sec_Fetch_Site="none", Content_Type=""), 80, writes=False)


@pytest.mark.parametrize("writes", [False, True])
@pytest.mark.parametrize(
    "changes",
    [
        {"Host": "evil.example:80"},
        {"Host": "127.0.0.1:81"},
        {"Host": ""},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
    ids=str,
)
def test_another_page_may_not(changes, writes):
    assert not is_from_page(headers(**changes), 80, writes=writes)


@pytest.mark.parametrize("changes", [{"Origin": ""}, {"Content_Type": "text/plain"}, {"Content_Type": ""}], ids=str)
def test_a_form_of_another_page_may_not_write(changes):
    assert not is_from_page(headers(**changes), 80, writes=True)
