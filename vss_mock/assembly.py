"""Puts a mock together: schemas and worlds from files, a service over them. No socket, no clock."""

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from vss_mock import __version__, resources
from vss_mock.api.service import Service
from vss_mock.simulator.clock import Mode, Pace
from vss_mock.simulator.dump import finished
from vss_mock.simulator.errors import SimulatorError
from vss_mock.simulator.worlds import DEFAULT, Tenancy, Worlds
from vss_mock.wire import dates, problems, saved
from vss_mock.wire.documents import Documents
from vss_mock.wire.problems import Refusal
from vss_mock.wire.worldfile import establish

WORLD_SCHEMA = "common/world.json"
FORMATS = {"toronto-time": dates.check_shown}
"""What judges the formats of the schemas that no pattern can spell."""

_BEGINS = ("dialect", "start", "seed", "task_seconds")
_RUNS = ("clock", "rate")
"""The settings that stand above a world file; of a saved world only the latter do."""


class BadSettings(ValueError):
    """Settings from which no mock can be made; its text is one sentence or more."""


class Settings(NamedTuple):
    """What a mock is made of.

    `world` is a parsed world file, None for the demo world; the other members override it where
    they are not None: `start` is ISO 8601 (without an offset Toronto's), `rate` seconds of the
    world per second of the wall; `task_seconds` how many of the world's work takes. It may be a
    saved world, whose clock alone can be overridden.
    """

    dialect: str | None = None
    clock: str | None = None
    rate: float | None = None
    start: str | None = None
    seed: int | None = None
    world: Mapping[str, Any] | None = None
    control_token: str | None = None
    task_seconds: float | None = None
    rate_limit: bool = False
    strict: bool = False


@cache
def load_documents() -> Documents:
    """Return the published documents, ready to hold values against; read once a process."""
    return Documents(resources.load_schemas(), FORMATS)


def build_service(settings: Settings, at: int, worlds: Worlds | None = None) -> Service:
    """Return a service whose default world is as the settings say; raise BadSettings.

    `at` is the edge's instant, microseconds since 1970: where a live clock starts. With `worlds`
    the service is over these, and what the settings say of a world counts for nothing.
    """
    documents = load_documents()
    preset = resources.demo_world()
    return Service(
        documents,
        _worlds(settings, at, preset, documents) if worlds is None else worlds,
        preset=preset,
        version=__version__,
        page=resources.page_file,
        control_token=settings.control_token,
        rate_limit=settings.rate_limit,
        strict=settings.strict,
    )


def _worlds(settings: Settings, at: int, preset: Mapping[str, Any], documents: Documents) -> Worlds:
    worlds = Worlds()
    try:
        if saved.is_saved(settings.world):
            worlds.add(_resumed(documents, settings, at, worlds))
        else:
            world = _world(documents, settings)
            named = {**world, "name": DEFAULT}
            worlds.add(establish(named, at, preset, {}, documents.operation_ids))
    except Refusal as error:
        raise BadSettings(error.message) from None
    except SimulatorError as error:
        raise BadSettings(problems.refusal(error).message) from None
    return worlds


def _world(documents: Documents, settings: Settings) -> Mapping[str, Any]:
    """Return the world file that the settings come to; raise BadSettings."""
    overrides = {name: getattr(settings, name) for name in (*_BEGINS, *_RUNS)}
    world = {
        **(settings.world or {}),
        **{name: value for name, value in overrides.items() if value is not None},
    }
    _check(documents, world)
    return world


def _resumed(documents: Documents, settings: Settings, at: int, worlds: Worlds) -> Tenancy:
    """Return a saved world as the default one, its clock going as the settings say."""
    for name in _BEGINS:
        if getattr(settings, name) is not None:
            raise BadSettings(f"{name}: a saved world has its own")
    told = {name: getattr(settings, name) for name in _RUNS}
    told = {name: value for name, value in told.items() if value is not None}
    _check(documents, told)
    try:
        read = finished(saved.reading(documents, settings.world))
    except TypeError as error:
        # Only a document made in Python can hold what JSON has no word for.
        raise BadSettings(f"the saved world is not JSON: {error}") from None
    if told:
        paces = (read.pace, read.first_pace)
        pace, first_pace = (
            Pace(Mode(told.get("clock", pace.mode)), told.get("rate", pace.rate)) for pace in paces
        )
        read = read._replace(pace=pace, first_pace=first_pace)
    return saved.resumed(read, DEFAULT, at, worlds)


def _check(documents: Documents, world: Mapping[str, Any]) -> None:
    """Raise BadSettings for what is no world file."""
    if not _says_little(world) and not documents.is_valid(WORLD_SCHEMA, world):
        violations = documents.violations(WORLD_SCHEMA, world, "the world")
        raise BadSettings("; ".join(violation.sentence for violation in violations))


def _says_little(world: Mapping[str, Any]) -> bool:
    """Tell whether a world says no more than how its clock goes: no schema is loaded for that."""
    return world.keys() <= {"clock"} and world.get("clock", "frozen") in {"frozen", "live"}
