"""Explanations through a socket, as a page asks for them."""

import http.client
import json
from typing import Any
from urllib.parse import quote

import pytest

from tests.cli.running import served
from vss_mock import Mock


def ask(url: str, path: str, method: str = "GET", **headers: str) -> tuple[int, Any]:
    """Return what a path is answered: the status code and the document."""
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=10)
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    raw = answer.read()
    connection.close()
    return answer.status, json.loads(raw) if raw else None


def test_calls_are_explained_and_paths_are_peeked_at() -> None:
    with Mock() as mock:
        world = f"/_mock/worlds/{mock.name}"
        bearer = {"Authorization": f"Bearer {mock.token}"}
        target = f"/v2/vm/{mock.vm.uuid}?x={quote('it is/50%?&é')}"
        status, document = ask(mock.url, target, **bearer)
        before = ask(mock.url, f"{world}/state")
        _, told = ask(mock.url, f"{world}/journal/1")
        code, peeked = ask(mock.url, f"{world}/peek?target={quote(target, safe='')}")
        assert (status, code) == (200, 200)
        assert (
            told["answer"]["body"]["data"] == document["data"] == peeked["answer"]["body"]["data"]
        )
        assert told["call"]["target"] == peeked["call"]["target"] == target
        assert mock.url in told["snippets"]["curl"]
        assert ask(mock.url, f"{world}/journal/2")[0] == 404
        assert ask(mock.url, f"{world}/requests/snapshot/1")[1]["made"]["number"] is None
        assert ask(mock.url, f"{world}/openapi.json")[1]["servers"] == [{"url": mock.url}]
        assert ask(mock.url, f"{world}/peek", "HEAD")[0] == 400
        assert ask(mock.url, f"{world}/peek?target=/v2/vm", "POST")[0] == 405
        assert ask(mock.url, f"{world}/state") == before
        # The short paths are the default world's.
        assert ask(mock.url, "/_mock/peek?target=/v2/user")[1]["user"] == "jm"
        assert ask(mock.url, "/_mock/journal/1") == (200, told)
        assert ask(mock.url, "/_mock/requests/snapshot/1")[1]["id"] == 1


@pytest.mark.parametrize("path", ["peek?target=/v2/vm", "journal/1", "requests/snapshot/1"])
def test_explanations_want_the_control_token(path: str) -> None:
    with served("--control-token", "a-control-token") as server:
        assert ask(server.url, f"/_mock/{path}")[0] == 401
        bearer = {"Authorization": "Bearer a-control-token"}
        code, told = ask(server.url, f"/_mock/{path}", **bearer)
        assert code == (404 if path == "journal/1" else 200)
        assert "a-control-token" not in str(told)
