"""Worlds that are saved and loaded again, and documents that are not to be believed."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.api.caller import BASE, Answer, Caller, caller, finish
from tests.api.saving import Document, asked, lived, saved, seal
from vss_mock.api.messages import Reply, Steps
from vss_mock.simulator import dump
from vss_mock.simulator import worlds as worlds_module
from vss_mock.wire import bodies
from vss_mock.wire import saved as wire

UUID = "00000000-0000-0000-0000-00000000000"
OTHER = "/_mock/worlds/other"


def load(mock: Caller, document: Any, world: str = "default", **fields: Any) -> Answer:
    return mock.put(f"/_mock/worlds/{world}/saved", document, **fields)


def begun(mock: Caller, method: str, target: str, body: Any = b"") -> Steps:
    """Return a call that has had its first slice."""
    steps = mock.service.handle(mock.call(method, target, body))
    assert not isinstance(steps, Reply)
    next(steps)
    return steps


@pytest.fixture(scope="module")
def document() -> Document:
    """A saved world in which much has happened."""
    return saved(lived())


def raw(mock: Caller, target: str) -> bytes:
    """Return the bytes of an answer."""
    reply = mock.service.handle(mock.call("GET", target))
    return (reply if isinstance(reply, Reply) else finish(reply)).body


# There and back. The operations: mock-saved-get, mock-saved-put, mock-world-saved-get,
# mock-world-saved-put.


def test_a_saved_world_is_the_same_byte_for_byte_and_lives_on_alike() -> None:
    one, two = lived(), caller()
    answer = load(two, raw(one, "/_mock/saved"))
    assert answer.status_code == 200
    two.authorization = one.authorization
    for _ in range(3):
        for target in ("/_mock/state", "/_mock/saved", "/_mock/clock", "/v2/request/snapshot"):
            assert raw(one, target) == raw(two, target)
        answers = [
            [
                mock.post(f"/v2/vm/{mock.state['vms'][0]['uuid']}/snapshot", asked()).body,
                mock.get("/v2/request/change?expand=1").body,
                mock.post("/_mock/clock", {"advance": "26h"}).body,
            ]
            for mock in (one, two)
        ]
        assert answers[0] == answers[1]


def test_the_answer_is_the_world_that_was_loaded(document: Document) -> None:
    mock = caller()
    assert load(mock, document).body == mock.get("/_mock/worlds/default").body
    told = load(mock, document, "other")
    assert (told.status_code, told.body["name"]) == (201, "other")
    assert (told.body["dialect"], told.body["seed"]) == ("2026", 3)
    assert told.body == mock.get(OTHER).body
    assert load(mock, document, "other").status_code == 200
    assert [world["name"] for world in mock.get("/_mock/worlds").body["worlds"]] == [
        "default",
        "other",
    ]


def test_a_saved_world_says_what_it_is_and_its_hash_can_be_worked_out(document: Document) -> None:
    assert list(document) == [
        *("kind", "format", "sha256", "dialect", "clock", "tokens", "world", "beginning"),
    ]
    assert (document["kind"], document["format"]) == ("vss-mock world", 1)
    assert document["dialect"] == "2026"
    assert document["clock"] == {"mode": "frozen", "rate": 1}
    assert document["tokens"] == {"jm": "jm-token", "ana": "default.ana-token"}
    assert document["world"]["format"] == dump.FORMAT
    assert seal(document) == document


def test_the_short_path_is_that_of_the_default_world(document: Document) -> None:
    mock = caller()
    assert mock.put("/_mock/saved", document).status_code == 200
    assert mock.get("/_mock/saved").body == document == saved(mock)


def test_a_world_as_it_began_has_no_other_beginning() -> None:
    mock = caller()
    assert saved(mock)["beginning"] is None
    mock.advance(1)
    assert saved(mock)["beginning"]["clock"] == {"mode": "frozen", "rate": 1}
    mock.post("/_mock/reset")
    assert saved(mock)["beginning"] is None
    mock.post("/_mock/clock", {"mode": "auto"})
    assert saved(mock)["beginning"]["world"] == saved(mock)["world"]


def test_a_reset_goes_back_to_the_beginning_with_its_pace() -> None:
    mock = caller(clock="auto")
    first = saved(mock)
    mock.submit()
    mock.post("/_mock/clock", {"advance": "10h"})
    mock.post("/_mock/clock", {"mode": "live", "rate": 2.5})
    assert load(mock, saved(mock), "other").status_code == 201
    mock.at = 10_000_000
    answer = mock.post(f"{OTHER}/reset")
    assert answer.body["mode"] == "auto"
    assert mock.get(f"{OTHER}/state").body == first["world"]


def test_a_world_as_it_began_is_reset_to_just_that() -> None:
    mock = caller(seed=4)
    first = saved(mock)
    load(mock, first, "other")
    mock.post(f"{OTHER}/clock", {"advance": "1h"})
    mock.post(f"{OTHER}/reset")
    assert mock.get(f"{OTHER}/state").body == first["world"]


def test_a_live_world_goes_on_from_where_it_was() -> None:
    mock = caller()
    mock.post("/_mock/clock", {"mode": "live", "rate": 60.5})
    mock.at = 10_000_000
    before = saved(mock)
    assert before["clock"] == {"mode": "live", "rate": 60.5}
    assert before["world"]["now"] == "2016-07-29T16:41:04Z"
    mock.at = 10**12
    assert load(mock, before, "other").body["now"] == "2016-07-29T16:41:04Z"
    mock.at += 2_000_000
    assert mock.get(f"{OTHER}/clock").body["now"] == "2016-07-29T16:43:05Z"


@pytest.mark.parametrize("rate", [1, 1.0, 3600, 0.25])
def test_a_rate_is_told_as_it_was_given(rate: float) -> None:
    mock = caller()
    mock.post("/_mock/clock", {"mode": "live", "rate": rate})
    document = raw(mock, "/_mock/saved")
    assert f'"mode":"live","rate":{rate}'.encode() in document
    assert seal(json.loads(document)) == json.loads(document)
    load(mock, document, "other")
    assert raw(mock, f"{OTHER}/clock") == raw(mock, "/_mock/clock")


def test_what_is_no_part_of_the_state_begins_anew(document: Document) -> None:
    mock = caller()
    mock.submit()
    mock.advance("10h")
    assert mock.get("/_mock/journal").body["last"] > 0
    load(mock, document)
    assert mock.get("/_mock/journal").body["last"] == 0


def test_what_was_kept_of_answers_is_not_mixed_up() -> None:
    mock = caller(seed=1)
    id = mock.submit()
    before, first = saved(mock), mock.get(f"/v2/request/snapshot/{id}").body
    mock.advance("10h")
    later = mock.get(f"/v2/request/snapshot/{id}").body
    load(mock, before)
    assert mock.get(f"/v2/request/snapshot/{id}").body == first != later
    load(mock, seal(before | {"dialect": "2026"}))
    assert mock.get(f"/v2/request/snapshot/{id}").body["data"]["status"] == "SUBMITTED"


def test_whole_numbers_in_a_world_file_are_whole_in_the_world_whatever_their_spelling() -> None:
    mock = caller()
    machine = {"cpu_count": 2.0, "memory_mb": 2048.0, "provisioned_gb": 10.0, "storage_b": 5.0}
    past = {"ago": "1h", "user": "jm", "vm": "a", "valid_for": 24.0, "description": "d"}
    body = {
        "name": "other",
        "seed": 1.0,
        "task_seconds": 2.0,
        "vms": [{"name": "a", "cores_per_socket": 2.0, **machine}, {"name": "b", **machine}],
        "networks": [{"moref": "network-5", "name": "n", "vlan_id": 3.0}],
        "history": [past],
        "faults": [{"kind": "status", "status_code": 503.0, "skip": 1.0}],
        "holds": [{"request": 5.0}],
    }
    assert mock.post("/_mock/worlds", body).status_code == 201
    assert b".0" not in raw(mock, f"{OTHER}/state").replace(b"192.0.2", b"")
    assert load(mock, saved(mock, "other"), "again").status_code == 201


# Tokens.


def test_tokens_are_kept_where_they_open_nothing_else() -> None:
    one, two = lived(), caller()
    world = load(two, saved(one), "other").body
    assert [user["token"] for user in world["users"]] == ["jm-token", "other.ana-token"]
    own = Caller(two.service, "Bearer jm-token")
    assert own.get("/v2/user").data["username"] == "jm"
    again = load(two, saved(one), "third").body
    assert [user["token"] for user in again["users"]] == ["third.jm-token", "third.ana-token"]
    assert own.get("/v2/user").status_code == 200
    assert two.get(OTHER).body == world


def test_tokens_of_the_world_that_is_replaced_go_and_others_stay() -> None:
    mock = caller(seed=5)
    first = saved(mock)
    load(mock, saved(lived()))
    for token, status_code in (("demo-token", 401), ("jm-token", 200), ("default.ana-token", 200)):
        assert mock.get("/v2/user", authorization=f"Bearer {token}").status_code == status_code
    load(mock, first)
    for token, status_code in (("demo-token", 200), ("jm-token", 401), ("default.ana-token", 401)):
        assert mock.get("/v2/user", authorization=f"Bearer {token}").status_code == status_code


def test_two_users_of_a_saved_world_cannot_have_one_token(document: Document) -> None:
    mock = caller()
    before = saved(mock)
    same = seal(document | {"tokens": dict.fromkeys(document["tokens"], "same")})
    for world in ("default", "other"):
        assert load(mock, same, world).status_code == 409
    assert saved(mock) == before
    assert "other" not in mock.service.worlds


def test_the_token_of_a_login_goes_on_working_under_the_same_name() -> None:
    mock = caller()
    login = mock.post("/auth/request-token", authorization="Basic am06am0=").body["token"]
    load(mock, saved(mock))
    assert mock.get("/v2/user", authorization=f"Bearer {login}").status_code == 200
    load(mock, seal(saved(mock) | {"world": saved(mock)["world"] | {"seed": 9}}))
    assert mock.get("/v2/user", authorization=f"Bearer {login}").status_code == 401


# What is refused, and changes nothing.


def spoiled(**members: Any) -> Callable[[Document], Document]:
    return lambda document: seal(document | members)


def in_state(spoil: Callable[[Document], Any], part: str = "world") -> Callable[[Any], Any]:
    """Return what spoils the state, or the one of the beginning, and makes the hash fit."""

    def change(document: Document) -> Document:
        document = json.loads(json.dumps(document))
        spoil(document["world"] if part == "world" else document["beginning"]["world"])
        return seal(document)

    return change


REFUSED: dict[str, tuple[Callable[[Document], Any], str]] = {
    "nothing": (lambda _: b"", "this is no saved world: its 'kind' is not 'vss-mock world'"),
    "no JSON": (lambda _: b"{", "the body is not JSON"),
    "a list": (lambda document: [document], "this is no saved world"),
    "a world file": (lambda _: {"seed": 1}, "this is no saved world"),
    "another kind": (spoiled(kind="vss-mock journal"), "this is no saved world"),
    "a later format": (
        spoiled(format=7),
        "the saved world is of format 7: this vss-mock reads format 1",
    ),
    "no format": (lambda d: seal({k: v for k, v in d.items() if k != "format"}), "format null"),
    "an older state": (
        in_state(lambda state: state.update(format=2)),
        f"world is of format 2: this vss-mock reads format {dump.FORMAT}",
    ),
    "an older beginning": (
        in_state(lambda state: state.update(format="x"), "beginning"),
        "beginning.world is of format 'x': this vss-mock reads format",
    ),
    "one that was changed": (
        lambda document: document | {"dialect": "2019"},
        "the saved world was changed or cut since it was saved",
    ),
    "one that was cut": (
        lambda d: {k: v for k, v in d.items() if k != "beginning"},
        "the saved world was changed or cut since it was saved",
    ),
    "no hash": (lambda d: {k: v for k, v in d.items() if k != "sha256"}, "was changed or cut"),
    "a hash in capitals": (lambda d: d | {"sha256": d["sha256"].upper()}, "was changed or cut"),
    "a stranger": (spoiled(colour="blue"), "the saved world: unknown 'colour'"),
    "no world": (lambda d: seal({k: v for k, v in d.items() if k != "world"}), "'world' is miss"),
    "a world that is a word": (spoiled(world="x"), "world: 'x' is not an object"),
    "a beginning that is a word": (spoiled(beginning="x"), "beginning: 'x' is neither an object"),
    "half a beginning": (spoiled(beginning={}), "beginning: 'clock' is missing"),
    "another dialect": (spoiled(dialect="1999"), "dialect: '1999' is none of"),
    "a rate of 0": (spoiled(clock={"mode": "live", "rate": 0}), "clock.rate: 0 is not more than"),
    "tokens of nobody": (
        spoiled(tokens={"jm": "x", "eve": "y"}),
        "tokens: they are not those of the world's users",
    ),
    "a row that is wrong": (
        in_state(lambda state: state["vms"][0].update(cpu_count=0)),
        "world.vms[0].cpu_count: 0 is less than the minimum of 1",
    ),
    "rows that contradict": (
        in_state(lambda state: state["snapshot_requests"][0].update(user="eve")),
        "world: snapshot request 1: no user 'eve'",
    ),
    "names that clash": (
        in_state(lambda state: state["vms"][0].update(name=state["vms"][1]["name"])),
        "world: two would have the name '1606T-renamed'",
    ),
    "places that are not there": (
        in_state(lambda state: state["vms"][0].update(folder="group-v9")),
        "world: no folder 'group-v9'",
    ),
    "a day that is none": (
        in_state(lambda state: state.update(now="2016-02-30T00:00:00Z")),
        "world: '2016-02-30T00:00:00Z' is no instant",
    ),
    "a fault nobody could add": (
        in_state(lambda state: state["faults"][0].update(kind="broken-body")),
        "faults: broken-body: 'member' is missing",
    ),
    "a fault without what it needs": (
        in_state(lambda state: state["faults"][0]["how"].pop("detail")),
        "faults: 'detail' is missing",
    ),
    "another seed at the beginning": (
        in_state(lambda state: state.update(seed=9), "beginning"),
        "beginning.world.seed: it is not that of the world",
    ),
    "other machines at the beginning": (
        in_state(lambda state: state["vms"].pop(1), "beginning"),
        "beginning.world.vms: they are not those of the world",
    ),
    "a beginning that is later": (
        in_state(lambda state: state.update(now="2016-08-01T00:00:00Z"), "beginning"),
        "beginning.world.now: it is later than that of the world",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_believed_is_refused_and_changes_nothing(
    what: str, document: Document
) -> None:
    spoil, sentence = REFUSED[what]
    mock = caller()
    mock.submit()
    before = raw(mock, "/_mock/saved"), raw(mock, "/_mock/worlds")
    for target in ("/_mock/saved", "/_mock/worlds/default/saved", f"{OTHER}/saved"):
        answer = mock.put(target, spoil(document))
        assert answer.status_code == 400
        assert sentence in answer.message
    assert (raw(mock, "/_mock/saved"), raw(mock, "/_mock/worlds")) == before


@pytest.mark.parametrize(
    ("fields", "status_code"),
    [
        ({"origin": "http://evil.example"}, 403),
        ({"fetch_site": "cross-site"}, 403),
        ({"content_type": "text/plain"}, 415),
        ({"content_type": None}, 415),
        ({"origin": BASE}, 200),
    ],
)
def test_a_web_page_elsewhere_loads_nothing(
    document: Document, fields: dict[str, Any], status_code: int
) -> None:
    mock = caller()
    before = saved(mock)
    assert mock.put("/_mock/saved", document, **fields).status_code == status_code
    assert (saved(mock) == before) is (status_code != 200)


@pytest.mark.parametrize("name", ["A", "a" * 65, "a%0A", "..", "%2e%2e%2fetc"])
def test_a_world_has_a_name_that_worlds_may_have(document: Document, name: str) -> None:
    mock = caller()
    answer = load(mock, document, name)
    assert answer.status_code in {400, 404}
    assert len(mock.service.worlds) == 1


def test_there_are_so_many_worlds_and_no_more(
    document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    mock = caller()
    monkeypatch.setattr(worlds_module, "MAXIMUM_WORLDS", 2)
    assert load(mock, document, "other").status_code == 201
    assert load(mock, document, "third").status_code == 429
    assert load(mock, document, "other").status_code == 200


def test_without_the_control_token_nothing_is_saved_or_loaded(document: Document) -> None:
    mock = caller(control_token="s3cret")
    for method, body in (("GET", b""), ("PUT", document)):
        assert mock(method, "/_mock/saved", body, authorization=None).status_code == 401
        assert mock(method, "/_mock/saved", body, authorization="Bearer s3cret").status_code == 200
    assert mock.service.lets_in(("Bearer s3cret",))
    assert not mock.service.lets_in(())


# Long ones.


def test_a_body_may_be_longer_there_than_elsewhere() -> None:
    mib = 1024 * 1024
    assert caller().service.long_bodies() == {
        ("PUT", "/_mock/saved"): 16 * mib,
        ("PUT", "/_mock/worlds/{world}/saved"): 16 * mib,
    }


def many(mock: Caller, count: int) -> None:
    """Let there be many requests."""
    target = f"/v2/vm/{mock.uuid()}/snapshot"
    for _ in range(count):
        assert mock.post(target, asked(from_date="2016-07-29 12:00")).status_code == 202


@pytest.fixture
def short_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name, size in (
        (wire, "ROWS_A_SLICE", 2),
        (wire, "BYTES_A_SLICE", 100),
        (bodies, "VALUES_A_SLICE", 10),
        (bodies, "BYTES_A_SLICE", 100),
    ):
        monkeypatch.setattr(module, name, size)


@pytest.mark.usefixtures("short_slices")
def test_others_are_served_after_every_slice() -> None:
    mock = caller()
    many(mock, 30)
    mock.advance(1)
    state = mock.state
    rows = sum(len(part) for part in state.values() if isinstance(part, list))
    assert rows > 70
    for method, target, body in (
        ("GET", "/_mock/saved", b""),
        ("PUT", f"{OTHER}/saved", raw(mock, "/_mock/saved")),
    ):
        steps = mock.service.handle(mock.call(method, target, body))
        assert not isinstance(steps, Reply)
        assert len(list(steps)) > rows
    assert mock.get(f"{OTHER}/state").body == state


def test_what_is_saved_is_of_one_instant(short_slices: None) -> None:
    mock = caller()
    before = saved(mock)
    steps = begun(mock, "GET", "/_mock/saved")
    mock.submit()
    mock.advance("100h")
    mock.post("/_mock/clock", {"mode": "auto"})
    assert json.loads(finish(steps).body) == before
    assert saved(mock) != before


@pytest.mark.usefixtures("short_slices")
@pytest.mark.parametrize(
    ("part", "spoil", "sentence"),
    [
        (
            "snapshot_requests",
            lambda rows: rows[29].update(valid_for=0, user="X"),
            "world.snapshot_requests[29].user: 'X' is not a user name",
        ),
        ("snapshot_requests", lambda rows: rows.insert(20, 5), "requests[20]: 5 is not an object"),
        (
            "snapshot_numbers",
            lambda numbers: numbers.update({f"{UUID}{n}": n - 3 for n in range(5)}),
            "world.snapshot_numbers.00000000-0000-0000-0000-000000000000: -3 is less than",
        ),
        ("folders", lambda rows: rows.pop(), "world: no folder"),
    ],
)  # fmt: skip
def test_what_is_wrong_far_behind_is_told_with_its_place(
    part: str, spoil: Callable[[Any], Any], sentence: str
) -> None:
    mock = caller()
    many(mock, 30)
    mock.advance(1)
    document = saved(mock)
    spoil(document["world"][part])
    answer = load(mock, seal(document))
    assert answer.status_code == 400
    assert sentence in answer.message


@pytest.mark.usefixtures("short_slices")
def test_a_document_is_judged_in_parts_as_it_is_as_a_whole() -> None:
    mock = lived()
    whole = saved(mock)
    documents = mock.service.documents
    verdicts = set()
    for part in ("vms", "users", "snapshot_requests", "change_requests", "faults"):
        for row in (0, len(whole["world"][part]) - 1):
            for member in whole["world"][part][row]:
                document = json.loads(json.dumps(whole))
                document["world"][part][row][member] = None
                verdict = documents.is_valid(wire.SCHEMA, seal(document))
                answer = load(mock, seal(document), "other")
                assert verdict or answer.status_code == 400
                verdicts.add((verdict, answer.status_code))
    assert verdicts >= {(True, 200), (False, 400)}


def test_a_body_that_is_no_document_is_refused_as_elsewhere(short_slices: None) -> None:
    mock = caller()
    text = json.dumps(saved(mock))
    for body, sentence in (
        (text.replace('"rate": 1', f'"rate": {"1" * 21}'), "a number has more than 20 digits"),
        (text + "1" * 21, "the body is not JSON"),
        ("9" * 21, "a number has more than 20 digits"),
        ("[" * 33 + "]" * 33, "nested more than 32 deep"),
        (json.dumps({str(n): n for n in range(100_001)}), "has more than 100000 members"),
        (json.dumps(["x" * 65_537]), "a string is longer than 65536 characters"),
    ):
        answer = mock.put("/_mock/saved", body.encode())
        assert (answer.status_code, sentence in answer.message) == (400, True)


@pytest.mark.usefixtures("short_slices")
def test_digits_in_a_text_are_no_number() -> None:
    mock = caller()
    uuid = mock.uuid()
    text = f'say "{"7" * 40}\\" and 12'
    mock.post(f"/v2/vm/{uuid}/snapshot", asked(description=text))
    assert load(mock, saved(mock), "other").status_code == 201
    assert mock.get(f"{OTHER}/state").body["snapshot_requests"][-1]["description"] == text


# In turn.


def test_a_load_takes_its_turn_with_what_moves_the_world(document: Document) -> None:
    mock = caller()
    mock.submit()
    move = begun(mock, "POST", "/_mock/clock", {"advance": "10h"})
    put = begun(mock, "PUT", "/_mock/saved", document)
    for _ in range(2000):
        next(put)
    assert mock.state["seed"] == 0
    assert json.loads(finish(move).body)["fired_count"] == 1
    assert finish(put).status_code == 200
    assert saved(mock) == document


def test_what_waits_for_a_world_acts_on_the_one_in_its_place(document: Document) -> None:
    mock = caller()
    mock.submit()
    first = begun(mock, "POST", "/_mock/clock", {"advance": "10h"})
    put = begun(mock, "PUT", "/_mock/saved", document)
    while len(mock.service.worlds["default"].turn) < 2:
        next(put)
    move = begun(mock, "POST", "/_mock/clock", {"advance": 1})
    fork = begun(mock, "POST", "/_mock/worlds/default/fork", {"name": "fork"})
    reset = begun(mock, "POST", "/_mock/reset")
    fail = begun(mock, "POST", "/_mock/holds/1/fail", {})
    finish(first)
    finish(put)
    assert json.loads(finish(move).body)["now"] == "2016-07-29T20:31:03Z"
    assert finish(fork).status_code == 201
    assert mock.get("/_mock/worlds/fork/state").body["now"] == "2016-07-29T20:31:03Z"
    assert finish(reset).status_code == 200
    assert mock.state == document["beginning"]["world"]
    assert finish(fail).status_code == 404


def test_a_world_that_is_deleted_while_a_load_waits_is_made_anew(document: Document) -> None:
    mock = caller()
    mock.post("/_mock/worlds", {"name": "other"})
    move = begun(mock, "POST", f"{OTHER}/clock", {"advance": "10h"})
    put = begun(mock, "PUT", f"{OTHER}/saved", document)
    while len(mock.service.worlds["other"].turn) < 2:
        next(put)
    assert mock("DELETE", OTHER).status_code == 204
    assert finish(move).status_code == 200
    reply = finish(put)
    assert reply.status_code == 201
    assert mock.get(f"{OTHER}/state").body == document["world"]


def test_a_world_made_anew_meanwhile_is_replaced_in_its_turn(document: Document) -> None:
    mock = caller()
    mock.post("/_mock/worlds", {"name": "other"})
    move = begun(mock, "POST", f"{OTHER}/clock", {"advance": "10h"})
    put = begun(mock, "PUT", f"{OTHER}/saved", document)
    while len(mock.service.worlds["other"].turn) < 2:
        next(put)
    mock("DELETE", OTHER)
    mock.post("/_mock/worlds", {"name": "other"})
    finish(move)
    assert finish(put).status_code == 200
    assert mock.get(f"{OTHER}/state").body == document["world"]


def test_one_load_at_a_time_takes_memory(document: Document) -> None:
    mock = caller()
    first = begun(mock, "PUT", f"{OTHER}/saved", document)
    second = begun(mock, "PUT", "/_mock/worlds/third/saved", document)
    for _ in range(1000):
        next(second)
    assert "third" not in mock.service.worlds
    assert finish(first).status_code == finish(second).status_code == 201


def test_a_call_under_way_ends_in_the_world_that_it_began_in(
    document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vss_mock.api.pacing.SLICE", 1)
    mock = caller(dialect="2016")
    many(mock, 5)
    mock.post("/_mock/clock", {"mode": "live"})
    mock.at = 60_000_000
    call = begun(mock, "GET", "/v2/request/snapshot/2")
    assert load(mock, document).status_code == 200
    reply = finish(call)
    assert reply.status_code == 200
    assert json.loads(reply.body)["data"]["status"] == "Scheduled"
