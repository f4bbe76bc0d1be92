"""The commands that talk to a running mock: clock, state and reset.

They call its control API and print the answer: as JSON for programs, or laid out for people.
"""

import argparse
import json
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from vss_mock.client import Client, ClientError
from vss_mock.terminal import CommandError, table

WORLD_NAME = r"[a-z0-9][a-z0-9_-]{0,63}"


def clock(arguments: argparse.Namespace, move: Mapping[str, Any] | None) -> int:
    """Print the clock, after the move if there is one, and what happened meanwhile."""
    path = path_of(arguments.world, "clock")
    answer = ask(arguments, "GET" if move is None else "POST", path, move)
    _print(arguments, answer, shown_clock(answer))
    return 0


def state(arguments: argparse.Namespace) -> int:
    """Print all there is in a world."""
    answer = ask(arguments, "GET", path_of(arguments.world, "state"))
    _print(arguments, answer, shown_state(answer))
    return 0


def reset(arguments: argparse.Namespace) -> int:
    """Make a world as it began, and say when that is."""
    answer = ask(arguments, "POST", path_of(arguments.world, "reset"), {})
    name = arguments.world or "default"
    _print(arguments, answer, f"The world {name!r} is as it began.\n{shown_clock(answer)}")
    return 0


def shown_clock(clock: Mapping[str, Any]) -> str:
    """Lay a clock out for people, with a table of what fired if it was moved."""
    mode = clock["mode"]
    if mode == "live":
        mode = f"live, {clock['rate']:g} times as fast"
    lines = [f"now    {clock['now']}", f"local  {clock['local']}", f"mode   {mode}"]
    due = clock["next"]
    lines.append(
        f"next   {due['at']}  request {due['request']}: {due['event']}" if due else "next   nothing"
    )
    if "fired" in clock:
        lines += ["", _fired(clock["fired"], clock["fired_count"])]
    return "\n".join(lines)


def shown_state(state: Mapping[str, Any]) -> str:
    """Lay a world's state out for people: when it is, its machines, and its requests."""
    names = {vm["uuid"]: vm["name"] for vm in state["vms"]}
    standing = Counter(snapshot["vm"] for snapshot in state["snapshots"])
    users = ", ".join(user["username"] for user in state["users"])
    parts = [
        f"now    {state['now']}\nseed   {state['seed']}\nusers  {users}",
        table(
            ("VM", "UUID", "POWER", "SNAPSHOTS"),
            (
                (vm["name"], vm["uuid"], vm["power_state"], standing[vm["uuid"]])
                for vm in state["vms"]
            ),
        ),
    ]
    for title, last in (("snapshot", "from_date"), ("change", "schedule")):
        rows = [
            (row["id"], row["job"], row["state"], row["user"], names[row["vm"]], row[last])
            for row in state[f"{title}_requests"]
        ]
        heading = f"{title.upper()} REQUEST"
        parts.append(
            table((heading, "JOB", "STATE", "USER", "VM", last.upper()), rows)
            if rows
            else f"No {title} requests."
        )
    return "\n\n".join(parts)


def _fired(fired: list[Mapping[str, Any]], count: int) -> str:
    if not fired:
        return "Nothing was due."
    columns = ("at", "request", "event", "from", "to", "vm", "snapshot")
    text = table(
        [column.upper() for column in columns],
        ([event[column] for column in columns] for event in fired),
    )
    more = count - len(fired)
    return f"{text}\n... and {more} more" if more else text


def path_of(world: str | None, resource: str) -> str:
    """Return the path of a resource of a world; None means the default one, by the short form."""
    if world is None:
        return f"/_mock/{resource}"
    if not re.fullmatch(WORLD_NAME, world):
        raise CommandError(
            f"--world: {world!r} is no name of a world: up to 64 of a-z, 0-9, _ and -"
        )
    return f"/_mock/worlds/{world}/{resource}"


def ask(
    arguments: argparse.Namespace,
    method: str,
    path: str,
    body: Mapping[str, Any] | bytes | None = None,
) -> Any:
    """Call the mock that the options name; raise CommandError in its own words."""
    try:
        with Client(arguments.url, control_token=arguments.control_token) as client:
            return client.call(method, path, body)
    except (ClientError, ValueError) as problem:
        raise CommandError(str(problem)) from problem


def _print(arguments: argparse.Namespace, answer: Any, text: str) -> None:
    print(json.dumps(answer, indent=2) if arguments.json else text)
