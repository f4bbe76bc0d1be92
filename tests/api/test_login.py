"""Logging in, and the ways to present a token."""

import base64
import json

import pytest

from tests.api.caller import BEARER, Caller, basic, caller
from vss_mock.api import service as service_module
from vss_mock.wire import tokens

LOGIN = "/auth/request-token"


def log_in(mock: Caller, username: str = "jm", password: str = "jm") -> str:
    answer = mock.post(LOGIN, authorization=basic(username, password))
    assert answer.status_code == 200, answer.body
    token: str = answer.body["token"]
    return token


def test_a_login_answers_the_documented_body_with_a_token_of_one_day(mock: Caller) -> None:
    answer = mock.post(LOGIN, authorization=basic("jm", "jm"))
    assert answer.body == {"duration": 86400, "token": answer.body["token"], "user": "jm"}


def test_a_token_is_a_well_formed_jwt_that_says_whose_it_is(mock: Caller) -> None:
    header, payload, signature = log_in(mock).split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    assert claims["sub"] == "jm"
    assert claims["exp"] - claims["iat"] == 86400
    assert header
    assert signature


@pytest.mark.parametrize("body", [b"", b"{}", b"null", b'{"otp": null}', b"username=jm"])
def test_a_login_takes_no_notice_of_its_body(mock: Caller, body: bytes) -> None:
    assert mock.post(LOGIN, body, authorization=basic("jm", "jm")).status_code == 200


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        basic("jm", "wrong"),
        basic("jm", ""),
        basic("nobody", "jm"),
        basic("jm@nowhere", "jm"),
        basic("", ""),
        BEARER,
        "Basic !!!",
        "Basic é",
        "Basic " + base64.b64encode(b"no colon").decode(),
        "Basic " + base64.b64encode(b"\xff:\xff").decode(),
        "Digest username=jm",
        "Basic",
        (basic("jm", "jm"), basic("ana", "ana")),
    ],
)
def test_a_login_that_fails_says_so_in_the_documented_words(
    mock: Caller, authorization: str | tuple[str, ...] | None
) -> None:
    answer = mock.post(LOGIN, authorization=authorization)
    assert answer.status_code == 401
    assert answer.body["error"] == "authentication error"
    assert answer.message == "Invalid username or password"
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")


def test_bearer_and_basic_open_the_same_world(mock: Caller) -> None:
    for token in ("demo-token", log_in(mock)):
        for authorization in (f"Bearer {token}", f"bearer {token}", basic(token)):
            assert mock.get("/v2/user", authorization=authorization).data["username"] == "jm"


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "Bearer",
        "Bearer wrong",
        "Bearer demo-token2",
        basic("demo-token", "password"),
        basic("jm", "jm"),
        (BEARER, "Bearer ana-token"),
        "Bearer a.b.c",
        "Bearer \udc80",
        "Bearer " + "a" * 5000,
    ],
)
def test_without_a_good_token_nothing_is_shown(
    mock: Caller, authorization: str | tuple[str, ...] | None
) -> None:
    before = mock.state
    answer = mock.get("/v2/user", authorization=authorization)
    assert answer.status_code == 401
    assert answer.body["error"] == "unauthorized"
    assert "WWW-Authenticate" in answer.headers
    assert "wrong" not in answer.message
    assert mock.state == before


def test_the_same_header_twice_is_one_header(mock: Caller) -> None:
    assert mock.get("/v2/user", authorization=(BEARER, BEARER)).status_code == 200


def test_a_token_dies_at_its_last_second_of_the_worlds_time(mock: Caller) -> None:
    bearer = f"Bearer {log_in(mock)}"
    mock.advance(86399)
    assert mock.get("/v2/user", authorization=bearer).status_code == 200
    mock.advance(1)
    answer = mock.get("/v2/user", authorization=bearer)
    assert answer.status_code == 401
    assert "expired" in answer.message


def test_a_fixed_token_never_dies(mock: Caller) -> None:
    mock.advance("3650d")
    assert mock.get("/v2/user").status_code == 200


def test_a_token_signed_by_somebody_else_opens_nothing(mock: Caller) -> None:
    for seed, world, username in ((1, "default", "jm"), (0, "other", "jm"), (0, "default", "x")):
        token = tokens.issue(seed, world, username, 1469809859_000_000, 86400)
        assert mock.get("/v2/user", authorization=f"Bearer {token}").status_code == 401


def test_a_token_without_claims_opens_nothing(mock: Caller) -> None:
    token = log_in(mock)
    header, _, signature = token.split(".")
    ours = b'{"sub": "jm", "world": "default", "exp": %b}'
    for claims in (b"[]", b"{}", *(ours % end for end in (b'"soon"', b"1e999", b"Infinity"))):
        middle = base64.urlsafe_b64encode(claims).decode().rstrip("=")
        bearer = f"Bearer {header}.{middle}.{signature}"
        assert mock.get("/v2/user", authorization=bearer).status_code == 401


def test_a_remembered_token_is_forgotten_with_its_world(mock: Caller) -> None:
    mock.post("/_mock/worlds", {"name": "w", "seed": 1})
    token = mock.post(LOGIN, authorization=basic("jm@w", "jm")).body["token"]
    for _ in range(2):
        assert mock.get("/v2/user", authorization=f"Bearer {token}").status_code == 200
    mock("DELETE", "/_mock/worlds/w")
    assert mock.get("/v2/user", authorization=f"Bearer {token}").status_code == 401
    mock.post("/_mock/worlds", {"name": "w", "seed": 2})
    assert mock.get("/v2/user", authorization=f"Bearer {token}").status_code == 401


def test_remembering_tokens_has_a_limit(mock: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service_module, "KEPT_TOKENS", 2)
    for _ in range(4):
        token = log_in(mock)
        assert mock.get("/v2/user", authorization=f"Bearer {token}").status_code == 200
        mock.advance(1)


def test_equal_worlds_issue_equal_tokens() -> None:
    assert log_in(caller()) == log_in(caller()) != log_in(caller(seed=1))


def test_logging_in_to_another_world_names_it(mock: Caller) -> None:
    (user, *_) = mock.post("/_mock/worlds", {"name": "w"}).body["users"]
    assert user["login"] == "jm@w"
    token = mock.post(LOGIN, authorization=basic("jm@w", "jm")).body["token"]
    mock.post("/_mock/worlds/w/clock", {"advance": "25h"})
    assert mock.get("/v2/user", authorization=f"Bearer {token}").status_code == 401
