"""Saved worlds under random walks: what was loaded is what was saved, and lives on alike; and a
document that somebody has changed is either refused or makes a world in which every call works.
"""

import json
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.api.caller import Caller, caller, finish
from tests.api.saving import EACH_DIALECT, WORLD, asked, lived, look, saved, seal, walk
from vss_mock.api.messages import Reply

from .depth import depth
from .spoiling import spoil

X, Y = "/_mock/worlds/x", "/_mock/worlds/y"
LIVED = lived()
TEXT = json.dumps(saved(LIVED))

numbers = st.integers(1, 8)
machines = st.integers(0, 2)
ago = st.sampled_from(("2016-07-29 12:00", "2016-07-29 13:00", "2016-07-29 22:00"))
steps = st.one_of(
    st.tuples(st.just("snapshot"), machines, ago, st.integers(1, 72)),
    st.tuples(st.just("act"), machines, numbers, st.sampled_from(("DELETE", "PATCH"))),
    st.tuples(st.just("state"), machines, st.sampled_from(("poweredOn", "poweredOff", "reset"))),
    st.tuples(st.just("name"), machines, st.sampled_from(("web", "mail", "db"))),
    st.tuples(st.just("cpu"), machines, st.integers(1, 4)),
    st.tuples(st.just("extend"), numbers, st.integers(1, 72)),
    st.tuples(st.just("change"), numbers, st.sampled_from(("PATCH", "PUT"))),
    st.tuples(
        st.just("fault"),
        st.sampled_from(("work-fails", "work-retried", "work-missed", "work-slow")),
        st.sampled_from(({}, {"nth": 2}, {"share": 0.5}, {"times": 1})),
    ),
    st.tuples(st.just("hold"), st.sampled_from(("take", "delete", "change", None))),
    st.tuples(st.just("let go")),
    st.tuples(
        st.just("clock"),
        st.sampled_from(
            (
                *({"advance": length} for length in (0, 1.5, "1h", "10h", "80h")),
                *({"step": count} for count in (1, 3)),
                {"mode": "auto"},
                {"mode": "live", "rate": 3600},
                {"mode": "frozen"},
                {"task_seconds": 90.25},
            )
        ),
    ),
    st.tuples(st.just("reset")),
)


def act(mock: Caller, name: str, step: tuple[Any, ...]) -> bytes:
    """Do a step in a world; return the bytes of the answer, its name left out."""
    control = f"/_mock/worlds/{name}"
    vms = mock.get(control).body["vms"]
    verb, *given = step
    vm = f"/v2/vm/{vms[given[0]]['uuid']}" if verb in _OF_MACHINES else ""
    method, target, body = told(verb, given, vm, control)
    token = f"Bearer {name}.jm-token"
    reply = mock.service.handle(mock.call(method, target, body, authorization=token))
    reply = reply if isinstance(reply, Reply) else finish(reply)
    assert reply.status_code < 500
    return reply.body.replace(name.encode(), b"NAME")


def told(verb: str, given: list[Any], vm: str, control: str) -> tuple[str, str, Any]:
    """Return the call that a step stands for: method, target, body."""
    match verb:
        case "snapshot":
            body = asked(from_date=given[1], valid_for=given[2])
            return "POST", f"{vm}/snapshot", body
        case "act":
            return given[2], f"{vm}/snapshot/{given[1]}", b""
        case "state" | "name" | "cpu":
            return "PUT", f"{vm}/{verb}", {"value": given[1]}
        case "extend":
            body = {"attribute": "duration", "value": given[1]}
            return "PUT", f"/v2/request/snapshot/{given[0]}", body
        case "change":
            return given[1], f"/v2/request/change/{given[0]}", {"scheduled": False}
        case "fault":
            return "POST", f"{control}/faults", _fault(*given)
        case "hold":
            return "POST", f"{control}/holds", {} if given[0] is None else {"event": given[0]}
        case "let go":
            return "DELETE", f"{control}/holds", b""
        case "clock":
            return "POST", f"{control}/clock", given[0]
        case _:
            return "POST", f"{control}/reset", b""


_OF_MACHINES = frozenset({"snapshot", "act", "state", "name", "cpu"})


def _fault(kind: str, when: dict[str, Any]) -> dict[str, Any]:
    how: dict[str, Any] = {"reason": "no_disk_space"} if kind in _FAILING else {}
    return {"kind": kind, **when, **how, **({"seconds": 5400} if kind == "work-slow" else {})}


_FAILING = frozenset({"work-fails", "work-retried"})


@given(walk=st.lists(steps, max_size=14), more=st.lists(steps, min_size=1, max_size=6))
@depth(40)
def test_a_world_survives_being_saved_and_lives_on_alike(
    walk: list[tuple[Any, ...]], more: list[tuple[Any, ...]]
) -> None:
    one = caller(dialect="2026")
    users = [{name: user[name] for name in user if name != "token"} for user in WORLD["users"]]
    settings = {**WORLD, "users": users, "dialect": "2026"}
    assert one.post("/_mock/worlds", {**settings, "name": "wx"}).status_code == 201
    for step in walk:
        one.at += 777_777
        act(one, "wx", step)
    document = saved(one, "wx")
    assert seal(document) == document
    two = caller()
    two.at = one.at
    assert two.put("/_mock/worlds/wy/saved", document).status_code == 201
    again = saved(two, "wy")
    assert (again["world"], again["beginning"]) == (document["world"], document["beginning"])
    # A live clock is told the same instants from here.
    for step in (*more, ("reset",), *more):
        for mock in (one, two):
            mock.at += 777_777
        assert act(one, "wx", step) == act(two, "wy", step)
        assert one.get("/_mock/worlds/wx/state").body == two.get("/_mock/worlds/wy/state").body


@given(random=st.randoms(use_true_random=False), often=st.sampled_from((1, 1, 1, 2, 4)))
@depth(60)
def test_a_changed_document_is_refused_or_makes_a_world_in_which_all_works(
    random: Random, often: int
) -> None:
    mock = caller(dialect="2026", seed=9)
    document = json.loads(TEXT)
    for _ in range(often):
        spoil(document, random)
    document["dialect"] = random.choice(EACH_DIALECT)
    answer = mock.put(f"{X}/saved", seal(document))
    if answer.status_code != 201:
        assert answer.status_code in {400, 409}
        assert answer.message
        assert "x" not in mock.service.worlds
        return
    state = mock.get(f"{X}/state").body
    assert mock.put(f"{Y}/saved", saved(mock, "x")).status_code == 201
    assert mock.get(f"{Y}/state").body == state
    walk(mock, "x")
    assert mock.post(f"{X}/reset").status_code == 200
    look(mock, mock.get(X).body)
    assert mock.post(f"{X}/clock", {"advance": "730d"}).status_code == 200
    assert mock.put(f"{Y}/saved", saved(mock, "x")).status_code == 200


def test_what_is_not_spoiled_is_taken_and_walked_through() -> None:
    for dialect in EACH_DIALECT:
        mock = caller(dialect="2026", seed=9)
        document = json.loads(TEXT) | {"dialect": dialect}
        assert mock.put(f"{X}/saved", seal(document)).status_code == 201
        walk(mock, "x")
