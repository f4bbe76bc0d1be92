"""Saved worlds from Python: saving, loading, and mocks made of them."""

import json
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.embedded.test_mock import START, call, status, submit
from vss_mock import Mock
from vss_mock.assembly import BadSettings
from vss_mock.client import ControlError
from vss_mock.embedded import World


@pytest.fixture(scope="module")
def mock() -> Iterator[Mock]:
    with Mock() as mock:
        yield mock


@pytest.fixture
def vss(mock: Mock) -> Iterator[World]:
    with mock.world() as world:
        yield world


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "saved.json"


@pytest.mark.parametrize("kind", [str, Path, dict])
def test_a_world_becomes_what_it_was(vss: World, file: Path, kind: Any) -> None:
    request = submit(vss)
    vss.clock.advance(hours=10)
    before = vss.saved()
    vss.save(str(file) if kind is str else file)
    vss.clock.advance(days=3)
    vss.load(before if kind is dict else kind(file))
    assert vss.saved() == before == json.loads(file.read_bytes())
    assert status(vss, request) == "Scheduled"
    assert vss.clock.now == START + timedelta(hours=10)
    vss.reset()
    assert vss.clock.now == START


def test_the_handle_tells_of_the_world_that_came(mock: Mock, vss: World) -> None:
    users = [{"username": "kim", "password": "pw", "token": "kim-token"}]
    with mock.world(dialect="2026", seed=5, users=users, vms=[{"name": "one"}]) as other:
        fork = vss.fork()
        vss.load(other.saved())
        assert (vss.dialect, vss.seed, vss.vm.name) == ("2026", 5, "one")
        assert vss.username == f"kim@{vss.name}"
        assert vss.token == f"{vss.name}.kim-token"
        assert other.token == "kim-token"
        assert call(vss, "GET", "/v2/user")["data"]["username"] == "kim"
        assert fork in vss.made


def test_a_new_world_is_made_of_a_saved_one(mock: Mock, vss: World, file: Path) -> None:
    submit(vss)
    vss.save(file)
    before = len(mock.state()["vms"])
    with mock.world(saved=file) as one, mock.world(saved=vss.saved(), name="named") as two:
        assert one.name.startswith("default_")
        assert two.name == "named"
        assert one.state() == two.state() == vss.state()
        assert len({one.token, two.token, vss.token, mock.token}) == 4
        one.clock.advance(days=1)
        assert two.state() == vss.state()
    assert len(mock.state()["vms"]) == before


def names(mock: Mock) -> list[str]:
    with urllib.request.urlopen(f"{mock.url}/_mock/worlds", timeout=5) as answer:
        return [world["name"] for world in json.load(answer)["worlds"]]


def test_what_makes_no_world_leaves_none_behind(mock: Mock, vss: World, file: Path) -> None:
    before, saved = names(mock), vss.saved()
    with pytest.raises(ControlError, match="was changed or cut") as refused:
        mock.world(saved=saved | {"dialect": "2019"}, name="broken")
    assert refused.value.status_code == 400
    with pytest.raises(ControlError, match="there is a world default already"):
        mock.world(saved=saved, name="default")
    with pytest.raises(ValueError, match="a saved world has its own seed, start"):
        mock.world(saved=saved, seed=1, start="2020-01-01T00:00")
    with pytest.raises(FileNotFoundError):
        mock.world(saved=file)
    file.write_text("{", encoding="utf-8")
    with pytest.raises(ValueError, match="is not JSON"):
        mock.world(saved=file)
    assert names(mock) == before
    assert vss.saved() == saved


def test_what_cannot_be_loaded_changes_nothing(vss: World, file: Path) -> None:
    before = vss.saved()
    file.write_text(json.dumps(before).replace("frozen", "auto"), encoding="utf-8")
    with pytest.raises(ControlError, match="was changed or cut"):
        vss.load(file)
    with pytest.raises(ControlError, match="no saved world"):
        vss.load({})
    assert vss.saved() == before


@pytest.mark.parametrize("kind", [str, Path, dict])
def test_a_mock_begins_as_what_was_saved(vss: World, file: Path, kind: Any) -> None:
    request = submit(vss)
    vss.clock.advance(hours=10)
    vss.save(file)
    with Mock(world=vss.saved() if kind is dict else kind(file)) as own:
        assert own.state() == vss.state()
        assert own.name == "default"
        assert own.token == "default.jm-token"
        assert status(own, request.replace(vss.url, own.url)) == "Scheduled"
        own.reset()
        assert own.clock.now == START


def test_only_its_clock_can_be_told_otherwise(vss: World) -> None:
    saved = vss.saved()
    with Mock(world=saved, clock="live", rate=3600) as own:
        assert own.clock.mode == "live"
        assert own.saved()["clock"] == own.saved()["beginning"]["clock"]
        assert own.clock.now - START < timedelta(days=10)
    with Mock(world=saved, clock="auto") as own:
        own.reset()
        assert own.clock.mode == "auto"
    settings: dict[str, Any]
    for settings in ({"seed": 1}, {"dialect": "2019"}, {"start": "2020-01-01T00:00"}):
        with pytest.raises(BadSettings, match=f"{next(iter(settings))}: a saved world has its own"):
            Mock(world=saved, **settings).start()
    for settings in ({"clock": "sometimes"}, {"rate": -1}):
        with pytest.raises(BadSettings, match=next(iter(settings))):
            Mock(world=saved, **settings).start()
    with pytest.raises(ValueError, match="a saved world has its own users"):
        Mock(world=saved, users=[])
    with pytest.raises(ValueError, match="a saved world has its own vms"):
        Mock(world=saved, vms=[])


@pytest.mark.parametrize(
    ("members", "sentence"),
    [
        ({"dialect": "2019"}, "was changed or cut"),
        ({"format": 0}, "is of format 0"),
        ({"clock": object()}, "is not JSON"),
    ],
)
def test_a_broken_one_makes_no_mock(vss: World, members: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BadSettings, match=sentence):
        Mock(world=vss.saved() | members).start()
