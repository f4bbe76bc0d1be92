"""The command that serves a world, and what it says of that world once it answers."""

import argparse
import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from shlex import quote as quoted
from urllib.parse import quote, urlsplit

from vss_mock.api.service import Service
from vss_mock.assembly import BadSettings, Settings, build_service
from vss_mock.cli_input import read_json
from vss_mock.server import CannotServe, Clock, Running, serve
from vss_mock.simulator.clock import Mode
from vss_mock.simulator.dump import seconds
from vss_mock.simulator.worlds import DEFAULT, Tenancy
from vss_mock.store import BadState, Store
from vss_mock.terminal import CommandError, forget_output, table
from vss_mock.wire import dates

IN_MEMORY = "State is in memory only: it goes when this process does."
DESCRIBING = ("world", "dialect", "clock", "rate", "start", "seed")
"""The options that describe a world to make: they mean nothing for one that is there."""
SHOWN = 12
"""How many users, and how many virtual machines, are listed at the start."""
WILDCARDS = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}  # noqa: S104 - read, not bound
"""What stands for every address of a machine, and the one to try from the machine itself."""


def serve_world(arguments: argparse.Namespace) -> int:
    """Serve the world that the options describe until told to stop."""
    at = Clock().now()
    store = None if arguments.state is None else _store(arguments.state, at)
    try:
        service = _service(arguments, at, store)
        _serve(arguments, service, _state(arguments, store))
        for _ in service.keep_clocks():
            pass
    finally:
        if store is not None:
            store.close()
    return 0


def _serve(arguments: argparse.Namespace, service: Service, state: str) -> None:
    def ready(running: Running) -> None:
        # Written at once: whoever waits for the first line may read no further, and go.
        try:
            lines = welcome(service, running.url, arguments.public_url, state)
            print("\n".join(lines), flush=True)
        except OSError:
            forget_output()

    try:
        asyncio.run(
            serve(
                service,
                arguments.host,
                arguments.port,
                ready=ready,
                allow_hosts=arguments.allow_host,
                public_url=arguments.public_url,
                guarded=arguments.control_token is not None,
            )
        )
    except CannotServe as problem:
        raise CommandError(str(problem)) from None


def welcome(
    service: Service, url: str, public_url: str | None, state: str = IN_MEMORY
) -> Iterator[str]:
    """Yield the lines that say where the mock listens, who may log in, and what to try."""
    tenancy = service.worlds[DEFAULT]
    world = tenancy.world
    yield f"vss-mock listening on {url}"
    yield state
    yield f"Clock: {_pace(tenancy)}, {dates.local_iso(world.now)} in Toronto"
    if world.task_time:
        yield f"Work takes {seconds(world.task_time)} s, and is In Progress meanwhile."
    base = (public_url or _reachable(url)).rstrip("/")
    yield f"The page: {base}/_mock/"
    yield ""
    users = list(world.users.values())
    rows = [(user.username, user.password, tenancy.tokens[user.username]) for user in users]
    yield table(("USER", "PASSWORD", "TOKEN"), rows[:SHOWN])
    yield from _more(len(rows))
    yield ""
    machines = list(world.inventory)
    rows = [(vm.name, vm.uuid, vm.power_state) for vm in machines[:SHOWN]]
    yield table(("VM", "UUID", "POWER"), rows)
    yield from _more(len(machines))
    yield ""
    who = users[0]
    seen = next(iter(world.find(who, "")), None)
    query = f"?name={quote(seen.name, safe='')}&summary" if seen else ""
    header = quoted(f"Authorization: Bearer {tenancy.tokens[who.username]}")
    yield f"Try: curl -H {header} {quoted(f'{base}/v2/vm{query}')}"


def _store(folder: str, at: int) -> Store:
    try:
        return Store(Path(folder), at)
    except BadState as problem:
        raise CommandError(f"--state: {problem}") from None


def _state(arguments: argparse.Namespace, store: Store | None) -> str:
    """Say where the state is, and what was found there."""
    if store is None:
        return IN_MEMORY
    if store.worlds is None:
        return f"State: {store.folder}, new"
    worlds = list(store.worlds)
    requests = sum(len(list(kind)) for each in worlds for kind in each.world.requests())
    held = f"{_counted(len(worlds), 'world')} and {_counted(requests, 'request')}"
    idle = [f"--{name}" for name in DESCRIBING if getattr(arguments, name) is not None]
    told = f"; {', '.join(idle)} ignored: the world is there already" if idle else ""
    return f"State: {store.folder}, {held} recovered{told}"


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def _service(arguments: argparse.Namespace, at: int, store: Store | None) -> Service:
    """Return a service over what the folder holds, or over the world that the options describe."""
    if store is not None and store.worlds is not None:
        _check_token(arguments)
        settings = Settings(control_token=arguments.control_token, rate_limit=arguments.rate_limit)
        service = build_service(settings, at, store.worlds)
    else:
        service = _new_service(arguments, at)
    try:
        if store is not None:
            store.follow(service.worlds)
    except BadState as problem:
        raise CommandError(f"--state: {problem}") from None
    return service


def _new_service(arguments: argparse.Namespace, at: int) -> Service:
    file = arguments.world
    world = None if file is None else read_json(file)
    if world is not None and not isinstance(world, dict):
        raise CommandError(f"{file} is no world: it is not an object")
    _check(arguments, world or {})
    settings = Settings(
        dialect=arguments.dialect,
        clock=arguments.clock,
        rate=arguments.rate,
        start=arguments.start,
        seed=arguments.seed,
        world=world,
        control_token=arguments.control_token,
        task_seconds=arguments.task_seconds,
        rate_limit=arguments.rate_limit,
    )
    try:
        return build_service(settings, at)
    except BadSettings as problem:
        if world is not None:
            _blame(file, Settings(world=world), at)
        raise CommandError(f"--{problem}") from None


def _check(arguments: argparse.Namespace, world: dict[str, object]) -> None:
    """Raise CommandError for options that would mean nothing, or not what was meant."""
    mode = world.get("clock")
    if isinstance(mode, dict):  # of a saved world
        mode = mode.get("mode")
    if arguments.rate is not None and (arguments.clock or mode) != "live":
        raise CommandError("--rate: only a live clock has one: add --clock live")
    _check_token(arguments)


def _check_token(arguments: argparse.Namespace) -> None:
    token = arguments.control_token
    if token is not None and not re.fullmatch("[!-~]+", token):
        raise CommandError("--control-token: a token is one word of printable ASCII characters")


def _blame(file: str, settings: Settings, at: int) -> None:
    """Raise CommandError if the file is wrong by itself, whatever the options say."""
    try:
        build_service(settings, at)
    except BadSettings as problem:
        raise CommandError(f"{file}: {problem}") from None


def _pace(tenancy: Tenancy) -> str:
    if tenancy.pace.mode is Mode.FROZEN:
        return "frozen, it moves only on command"
    if tenancy.pace.mode is Mode.AUTO:
        return "auto, it steps to what somebody waits for"
    return "live" if tenancy.pace.rate == 1 else f"live, {tenancy.pace.rate:g} times as fast"


def _more(count: int) -> Iterator[str]:
    if count > SHOWN:
        yield f"... and {count - SHOWN:,} more"


def _reachable(url: str) -> str:
    """Return a URL to try: another machine's address is as good as it was given."""
    parts = urlsplit(url)
    host, _, port = parts.netloc.rpartition(":")
    return f"{parts.scheme}://{WILDCARDS.get(host, host)}:{port}"
