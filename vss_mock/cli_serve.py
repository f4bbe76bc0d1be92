"""The command that serves a world, and what it says of that world once it answers."""

import argparse
import asyncio
import re
from collections.abc import Iterator
from shlex import quote as quoted
from urllib.parse import quote, urlsplit

from vss_mock.api.service import Service
from vss_mock.assembly import BadSettings, Settings, build_service
from vss_mock.cli_input import read_json
from vss_mock.server import CannotServe, Clock, Running, serve
from vss_mock.simulator.clock import Mode
from vss_mock.simulator.worlds import DEFAULT, Tenancy
from vss_mock.terminal import CommandError, forget_output, table
from vss_mock.wire import dates

SHOWN = 12
"""How many users, and how many virtual machines, are listed at the start."""
WILDCARDS = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}  # noqa: S104 - read, not bound
"""What stands for every address of a machine, and the one to try from the machine itself."""


def serve_world(arguments: argparse.Namespace) -> int:
    """Serve the world that the options describe until told to stop."""
    service = _service(arguments)

    def ready(running: Running) -> None:
        # Written at once: whoever waits for the first line may read no further, and go.
        try:
            print("\n".join(welcome(service, running.url, arguments.public_url)), flush=True)
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
    return 0


def welcome(service: Service, url: str, public_url: str | None) -> Iterator[str]:
    """Yield the lines that say where the mock listens, who may log in, and what to try."""
    tenancy = service.worlds[DEFAULT]
    world = tenancy.world
    yield f"vss-mock listening on {url}"
    yield "State is in memory only: it goes when this process does."
    yield f"Clock: {_pace(tenancy)}, {dates.local_iso(world.now)} in Toronto"
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
    base = (public_url or _reachable(url)).rstrip("/")
    who = users[0]
    seen = next(iter(world.find(who, "")), None)
    query = f"?name={quote(seen.name, safe='')}&summary" if seen else ""
    header = quoted(f"Authorization: Bearer {tenancy.tokens[who.username]}")
    yield f"Try: curl -H {header} {quoted(f'{base}/v2/vm{query}')}"


def _service(arguments: argparse.Namespace) -> Service:
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
        rate_limit=arguments.rate_limit,
    )
    at = Clock().now()
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
