"""`check` holds any answer that a user's own test has got against the contract."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import aiohttp
import httpx
import pytest
import requests

import vss_mock.contract
from tests.contract import lying_server
from tests.contract.lies import answering
from tests.contract.places import MockPlaces
from tests.meta.checkout import ROOT
from vss_mock.contract.places import Place
from vss_mock.contract.transport import Answer
from vss_mock.embedded import Mock

Caller = Callable[..., Any]
MOUNTED = "/some/where"


def by_requests(method: str, url: str, headers: dict[str, str], body: Any = None) -> Any:
    return requests.request(method, url, headers=headers, json=body, timeout=10)


def by_httpx(method: str, url: str, headers: dict[str, str], body: Any = None) -> Any:
    with httpx.Client() as client:
        return client.request(method, url, headers=headers, json=body)


def by_aiohttp(
    method: str, url: str, headers: dict[str, str], body: Any = None, *, read: bool = True
) -> Any:
    async def call() -> Any:
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, url, headers=headers, json=body) as response,
        ):
            if read:
                await response.read()
            else:
                vss_mock.contract.check(response)
            return response

    return asyncio.run(call())


CALLERS = [by_requests, by_httpx, by_aiohttp]


@pytest.fixture
def place(mock: Mock) -> Iterator[Place]:
    with MockPlaces(mock.url).fresh({}) as given:
        yield given


@pytest.fixture
def headers(place: Place) -> dict[str, str]:
    return {"Authorization": f"Bearer {place.names['token']}"}


@contextmanager
def lying(place: Place, change: Callable[[Answer], Answer]) -> Iterator[str]:
    """Give the URL of a server that changes a place's answers, mounted below a path."""
    lie = answering(lambda _, answer: change(answer))
    with lying_server.lying(place, lie, mounted=MOUNTED) as url:
        yield url


def document(change: Callable[[Any], None]) -> Callable[[Answer], Answer]:
    def changed(answer: Answer) -> Answer:
        found = json.loads(answer.body)
        change(found)
        return answer._replace(body=json.dumps(found).encode())

    return changed


def broken(response: Any) -> vss_mock.contract.BrokenContract:
    with pytest.raises(vss_mock.contract.BrokenContract) as caught:
        vss_mock.contract.check(response)
    return caught.value


@pytest.mark.parametrize("by", CALLERS)
def test_what_the_mock_answers_is_as_it_should_be(
    by: Caller, place: Place, headers: dict[str, str]
) -> None:
    vm = place.names["vm"]
    body = {"from_date": "2016-07-29 22:00", "valid_for": "12", "description": "why"}
    for method, path, sent in (
        ("GET", "/v2/", None),
        ("GET", "/v2/vm?name=coreos0&summary", None),
        ("HEAD", "/v2/vm", None),
        ("OPTIONS", f"/v2/vm/{vm}", None),
        ("POST", f"/v2/vm/{vm}/snapshot", body),
        ("POST", f"/v2/vm/{vm}/snapshot", {}),
        ("GET", f"/v2/vm/{vm}/snapshot/consolidate", None),
        ("DELETE", "/v2/vm", None),
        ("DELETE", f"/v2/vm/{vm}/snapshot/consolidate", None),
        ("GET", "/v2/request/snapshot/99", None),
    ):
        vss_mock.contract.check(by(method, place.url + path, headers, sent))
    vss_mock.contract.check(by("GET", f"{place.url}/v2/vm", {}))


@pytest.mark.parametrize("by", CALLERS)
def test_a_falsified_answer_is_told_with_pointer_values_evidence_and_source(
    by: Caller, place: Place, headers: dict[str, str]
) -> None:
    def falsify(found: Any) -> None:
        found["data"]["username"] = 17
        found["meta"]["count"] = 99

    with lying(place, document(falsify)) as url:
        found = broken(by("GET", f"{url}/v2/user?why", headers))
    told = {one.where: one for one in found.breaks}
    assert told["/data/username"].rule == "answer-user-get"
    assert told["/data/username"].actual == "17"
    assert told["/meta/count"].actual == "99"
    for one in found.findings:
        for part in (one.where, one.expected, one.actual, one.rule, one.evidence, one.source):
            assert part in str(found)
    assert f"GET {url}/v2/user answered 200" in str(found)
    assert 'Bearer $TOKEN"' in found.findings[0].walk[0].command
    assert f"{url}/v2/user?why" in found.findings[0].walk[0].command


@pytest.mark.parametrize("by", CALLERS)
def test_a_kept_contract_is_kept_below_any_path(
    by: Caller, place: Place, headers: dict[str, str]
) -> None:
    with lying(place, lambda answer: answer) as url:
        vss_mock.contract.check(by("GET", f"{url}/v2/vm", headers))
        vss_mock.contract.check(by("OPTIONS", f"{url}/v2/request/snapshot", headers))


@pytest.mark.parametrize("by", CALLERS)
def test_rules_that_no_schema_says_are_held_too(
    by: Caller, place: Place, headers: dict[str, str]
) -> None:
    def without_allow(answer: Answer) -> Answer:
        found = {name: value for name, value in answer.headers.items() if name != "allow"}
        return answer._replace(headers=found)

    with lying(place, without_allow) as url:
        found = broken(by("GET", f"{url}/v2/user", headers))
    assert [one.rule for one in found.breaks] == ["allow-tells-the-methods"]


@pytest.mark.parametrize("by", CALLERS)
def test_no_secret_is_told(by: Caller, place: Place) -> None:
    tokens: list[str] = []

    def wordy(answer: Answer) -> Answer:
        found = json.loads(answer.body)
        tokens.append(found["token"])
        found["token"] = found["echo"] = f"opaque of {place.names['username']} é"
        return answer._replace(body=json.dumps(found, ensure_ascii=False).encode())

    basic = requests.auth._basic_auth_str(place.names["login"], place.names["password"])
    with lying(place, wordy) as url:
        found = broken(by("POST", f"{url}/auth/request-token", {"Authorization": basic}))
    assert tokens
    for text in (str(found), repr(found.findings), repr(found.breaks)):
        assert tokens[0] not in text
        assert "opaque of" not in text
        assert basic.partition(" ")[2] not in text


@pytest.mark.parametrize("by", CALLERS)
def test_a_token_that_is_echoed_is_not_told(
    by: Caller, place: Place, headers: dict[str, str]
) -> None:
    token = str(place.names["token"])

    def echo(found: Any) -> None:
        found["data"]["username"] = [token]

    with lying(place, document(echo)) as url:
        found = broken(by("GET", f"{url}/v2/user", headers))
    assert token not in str(found) + repr(found.findings)


@pytest.mark.parametrize("by", CALLERS)
def test_what_is_no_path_of_the_api_is_unknown(by: Caller, place: Place) -> None:
    for path in ("/v2/folder", "/nowhere", "/_mock/clock"):
        with pytest.raises(vss_mock.contract.UnknownOperation, match=path) as caught:
            vss_mock.contract.check(by("GET", place.url + path, {}))
        assert isinstance(caught.value, LookupError)


@pytest.mark.parametrize("what", [None, 200, {"status": 200}, b"{}", object()])
def test_what_is_no_response_is_refused(what: Any) -> None:
    with pytest.raises(TypeError, match="requests, httpx or aiohttp"):
        vss_mock.contract.check(what)


def test_an_aiohttp_answer_has_to_be_read_first(place: Place, headers: dict[str, str]) -> None:
    body = b" " * 4_000_000

    def slow(answer: Answer) -> Answer:
        return answer._replace(body=answer.body + body)

    with (
        lying(place, slow) as url,
        pytest.raises(ValueError, match=r"await response\.read\(\) first"),
    ):
        by_aiohttp("GET", f"{url}/v2/vm", headers, read=False)


def test_a_httpx_answer_has_to_be_read_first(place: Place, headers: dict[str, str]) -> None:
    with (
        httpx.Client() as client,
        client.stream("GET", f"{place.url}/v2/vm", headers=headers) as response,
        pytest.raises(ValueError, match="read"),
    ):
        vss_mock.contract.check(response)


def test_a_dialect_is_chosen_by_name(place: Place, headers: dict[str, str]) -> None:
    response = by_requests("GET", f"{place.url}/v2/vm", headers)
    vss_mock.contract.check(response, dialect="2016")
    for dialect in ("1999", "control", "common"):
        with pytest.raises(ValueError, match="2016"):
            vss_mock.contract.check(response, dialect=dialect)


def test_a_broken_contract_is_an_assertion_error() -> None:
    assert issubclass(vss_mock.contract.BrokenContract, AssertionError)
    with pytest.raises(AttributeError):
        vss_mock.contract.nothing_of_the_kind  # noqa: B018  # asking is enough


def test_importing_the_package_is_cheap_and_checking_needs_no_extra() -> None:
    program = """
import sys, types
import vss_mock.contract
assert "jsonschema" not in sys.modules and "vss_mock.resources" not in sys.modules
response = types.SimpleNamespace(
    status_code=200, headers={"Content-Type": "application/json", "Allow": "GET, HEAD, OPTIONS"},
    content=b"{}", request=types.SimpleNamespace(
        method="GET", url="http://mock/v2/", headers={}, body=None))
try:
    vss_mock.contract.check(response)
except vss_mock.contract.BrokenContract as found:
    assert "answer-api-root" in str(found)
vss_mock.contract.check.__name__  # the function is not overlaid by a module
print(*{"hypothesis", "schemathesis", "requests", "httpx", "aiohttp", "pytest"} & {*sys.modules})
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == ""


def test_a_response_that_nobody_asked_for_is_refused() -> None:
    for response in (requests.Response(), httpx.Response(200)):
        with pytest.raises(ValueError, match=r"asked|request"):
            vss_mock.contract.check(response)
