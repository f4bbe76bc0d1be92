"""The commands that talk to a running mock: clock, state and reset.

They call its control API and print the answer: as JSON for programs, or laid out for people.
"""

import argparse
import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from vss_mock.cli_asking import ask, path_of
from vss_mock.terminal import table


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
    if clock["task_seconds"]:
        lines.append(f"work   {clock['task_seconds']} s, In Progress meanwhile")
    lines.append(f"next   {shown_due(clock['next']) if clock['next'] else 'nothing'}")
    if clock["held"]:
        lines.append(f"held   {shown_due(clock['held']['due'])} (hold {clock['held']['hold']})")
    if "fired" in clock:
        nothing = "Nothing happened: time is held." if clock["held"] else "Nothing was due."
        lines += ["", _fired(clock["fired"], clock["fired_count"]) if clock["fired"] else nothing]
    return "\n".join(lines)


def shown_due(due: Mapping[str, Any]) -> str:
    """Lay an event that lies ahead out for people."""
    return f"{due['at']}  request {due['request']}: {due['event']}"


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
    columns = ("at", "request", "event", "from", "to", "vm", "snapshot")
    text = table(
        [column.upper() for column in columns],
        ([event[column] for column in columns] for event in fired),
    )
    more = count - len(fired)
    return f"{text}\n... and {more} more" if more else text


def _print(arguments: argparse.Namespace, answer: Any, text: str) -> None:
    print(json.dumps(answer, indent=2) if arguments.json else text)
