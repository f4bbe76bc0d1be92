"""Worlds made by their path, and what tells whose a call is: for those who run several mocks."""

import base64
import json
from typing import Any

import pytest

from tests.api.caller import Caller, basic, caller
from vss_mock.wire import tokens

WHOSE = "/_mock/whose"
NAMED = "X-VSS-Mock-World"


def names(mock: Caller) -> list[str]:
    return [world["name"] for world in mock.get("/_mock/worlds").body["worlds"]]


# Worlds made by their path: mock-world-put.


@pytest.mark.parametrize("body", [b"", {}, {"name": "mine"}])
def test_a_world_is_made_by_its_path(mock: Caller, body: Any) -> None:
    answer = mock.put("/_mock/worlds/mine", body)
    assert answer.status_code == 201
    assert answer.body == mock.get("/_mock/worlds/mine").body
    assert Caller(mock.service, "Bearer mine.jm-token").submit() == 2


def test_a_world_made_by_its_path_is_the_one_made_by_its_name(mock: Caller) -> None:
    settings = {"seed": 5, "dialect": "2026", "start": "2020-01-01T00:00", "vms": [{"name": "x"}]}
    other = caller()
    by_path = mock.put("/_mock/worlds/mine", settings).body
    assert by_path == other.post("/_mock/worlds", {"name": "mine", **settings}).body
    assert mock.get("/_mock/worlds/mine/state").body == other.get("/_mock/worlds/mine/state").body


def test_what_is_there_is_not_made_again(mock: Caller) -> None:
    mock.put("/_mock/worlds/mine", {"seed": 1})
    for name in ("mine", "default"):
        before = mock.get(f"/_mock/worlds/{name}").body
        assert mock.put(f"/_mock/worlds/{name}", {"seed": 2}).status_code == 409
        assert mock.get(f"/_mock/worlds/{name}").body == before


@pytest.mark.parametrize(
    ("name", "body", "told"),
    [
        ("mine", {"name": "other"}, "name: 'other' is not the name in the path: leave it out"),
        ("Mine", {}, "name: 'Mine' is not a name"),
        ("a" * 65, {}, "is not a name"),
        ("a%0A", {}, "is not a name"),
        ("mine", {"seed": "x"}, "seed"),
        ("mine", [], "object"),
    ],
)
def test_a_world_that_cannot_be_is_not_made_by_its_path(
    mock: Caller, name: str, body: Any, told: str
) -> None:
    answer = mock.put(f"/_mock/worlds/{name}", body)
    assert answer.status_code == 400
    assert told in answer.message
    assert names(mock) == ["default"]


def test_a_world_by_its_path_wants_json_and_no_page_from_elsewhere(mock: Caller) -> None:
    refused: list[tuple[dict[str, Any], int]] = [
        ({"content_type": None}, 415),
        ({"content_type": "text/plain"}, 415),
        ({"origin": "http://evil.example"}, 403),
        ({"fetch_site": "cross-site"}, 403),
    ]
    for fields, status_code in refused:
        answer = mock.put("/_mock/worlds/mine", b"", **fields)
        assert answer.status_code == status_code
    assert names(mock) == ["default"]


# Tokens tell their world.


def test_a_token_that_was_given_to_nobody_begins_with_its_world(mock: Caller) -> None:
    for name in ("a", "a_b", "a-b"):
        users = mock.put(f"/_mock/worlds/{name}").body["users"]
        assert [user["token"] for user in users] == [f"{name}.jm-token", f"{name}.ana-token"]


@pytest.mark.parametrize(
    ("world", "token", "status_code"),
    [
        ("mine", "mine.secret", 201),
        ("mine", "no-dot", 201),
        ("mine", "Other.secret", 201),
        ("mine", ".secret", 201),
        ("mine", "other.secret", 400),
        ("mine", "default.secret", 400),
        ("mine", "mine_1.secret", 400),
        ("mine_1", "mine_1.secret", 201),
    ],
)
def test_a_token_of_ones_own_names_no_other_world(
    mock: Caller, world: str, token: str, status_code: int
) -> None:
    body = {"users": [{"username": "u", "password": "p", "token": token}]}
    answer = mock.put(f"/_mock/worlds/{world}", body)
    assert answer.status_code == status_code
    if status_code == 400:
        named = token.partition(".")[0]
        assert answer.message == (
            f"token: {token!r} begins with {named!r} and a dot: so do tokens of that world"
        )
        assert names(mock) == ["default"]


# Forks stay beside their world, where they have to.


def test_a_fork_without_a_name_is_named_after_its_world(mock: Caller) -> None:
    mock.put("/_mock/worlds/mine")
    fork = "/_mock/worlds/mine/fork"
    assert [mock.post(fork).body["name"] for _ in range(2)] == ["mine_1", "mine_2"]
    mock("DELETE", "/_mock/worlds/mine_2")
    assert mock.post(f"{fork}?beside=true", {}).body["name"] == "mine_3"
    assert mock.post("/_mock/worlds/mine_1/fork").body["name"] == "mine_1_1"
    assert mock.post("/_mock/worlds/default/fork").body["name"] == "default_1"


@pytest.mark.parametrize(
    ("world", "name", "beside"),
    [
        ("mine", "mine_x", True),
        ("mine", "mine-x", False),
        ("mine", "other", False),
        ("mine", "min", False),
        ("mine_1", "mine", True),
        ("mine_1", "mine_2", True),
        ("m" * 64, "m" * 48 + "_2", True),
        ("m" * 64, "m" * 47 + "_2", False),
    ],
)
def test_a_fork_that_has_to_be_beside_its_world_is_named_so_or_refused(
    mock: Caller, world: str, name: str, beside: bool
) -> None:
    mock.put(f"/_mock/worlds/{world}")
    answer = mock.post(f"/_mock/worlds/{world}/fork?beside=true", {"name": name})
    assert answer.status_code == (201 if beside else 400)
    if not beside:
        assert f"its name begins with {world.partition('_')[0][:48]}_" in answer.message
        assert names(mock) == ["default", world]
        for free in ("", "?beside=false"):
            own = {"name": f"{name}{len(free)}"}
            answer = mock.post(f"/_mock/worlds/{world}/fork{free}", own)
            assert answer.status_code == 201


def test_beside_is_true_or_false(mock: Caller) -> None:
    for value in ("", "1", "yes", "True"):
        answer = mock.post(f"/_mock/worlds/default/fork?beside={value}")
        assert (answer.status_code, answer.body["parameters"]) == (400, ["beside"])
    assert names(mock) == ["default"]


# Whose a call is: mock-whose.


def claim(**claims: Any) -> str:
    def part(document: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(document).encode()).decode().rstrip("=")

    return f"Bearer {part({'alg': 'HS256', 'typ': 'JWT'})}.{part(claims)}.c2ln"


ISSUED = tokens.issue(0, "team-a", "jm", 0, 60)
LONG = "a" * 64


@pytest.mark.parametrize(
    ("authorization", "world"),
    [
        (f"Bearer {ISSUED}", "team-a"),
        (f"bearer   {ISSUED} ", "team-a"),
        (basic(ISSUED, ""), "team-a"),
        (claim(sub="nobody", world="nowhere", exp=0), "nowhere"),
        (claim(sub="jm", world=LONG, exp=0), LONG),
        ("Bearer team-a.jm-token", "team-a"),
        ("Bearer team-a_1.j.m-token", "team-a_1"),
        (basic("team-a.jm-token", ""), "team-a"),
        (basic("jm@team-a", "jm"), "team-a"),
        (basic("j.m@team-a", "jm"), "team-a"),
        (basic("a@b@team-a", "jm"), "team-a"),
        (basic("jm", "jm"), "default"),
        ("Bearer demo-token", "default"),
        ("Bearer default.x-token", "default"),
        (None, "default"),
        ("Bearer", "default"),
        ("Digest x", "default"),
        ("Basic ?", "default"),
        (basic("jm@Not\r\na name", "jm"), "default"),
        (basic(f"jm@{LONG}a", "jm"), "default"),
        ("Bearer Team-A.x", "default"),
        ("Bearer .x", "default"),
        (f"Bearer {LONG}a.x", "default"),
        (claim(sub="jm", world="x\r\nX-Evil: 1", exp=0), "default"),
        (claim(sub="jm", world="x\n", exp=0), "default"),
        (claim(sub="jm", world=["x"], exp=0), "default"),
        (claim(sub="jm", world=LONG + "a", exp=0), "default"),
        (claim(sub="jm", exp=0), "default"),
        (claim(sub="jm", world="x", exp=float("inf")), "default"),
        ((f"Bearer {ISSUED}", "Bearer demo-token"), "default"),
    ],
)
def test_whose_a_call_is_is_told_by_its_credentials_alone(
    mock: Caller, authorization: Any, world: str
) -> None:
    answer = mock.get(WHOSE, authorization=authorization)
    assert answer.status_code == 200
    assert answer.body == {"world": world}
    assert answer.headers[NAMED] == world


def test_whose_is_told_to_anybody_and_changes_nothing() -> None:
    mock = caller(control_token="s3cret")
    assert mock.get(WHOSE, authorization=f"Bearer {ISSUED}").body == {"world": "team-a"}
    assert mock.get(WHOSE, authorization="Bearer s3cret").body == {"world": "default"}
    assert mock("POST", WHOSE, authorization=None).status_code == 405


def test_whoever_logs_in_somewhere_is_found_there_by_all_credentials(mock: Caller) -> None:
    (user, *_) = mock.put("/_mock/worlds/mine_7").body["users"]
    login = basic(user["login"], user["password"])
    token = mock.post("/auth/request-token", authorization=login).body["token"]
    for authorization in (login, f"Bearer {token}", basic(token, ""), f"Bearer {user['token']}"):
        assert mock.get(WHOSE, authorization=authorization).body == {"world": "mine_7"}
