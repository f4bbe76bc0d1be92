"""The commands `journal` and `replay`: what has reached a world, kept in a file, and once more."""

import argparse
import json
import sys
from collections.abc import Mapping
from typing import Any

from vss_mock import replay
from vss_mock.cli_asking import ask, path_of
from vss_mock.cli_input import STANDARD_INPUT, read_json
from vss_mock.client import Client, ClientError
from vss_mock.saved_files import write_whole
from vss_mock.terminal import CommandError, table

DIFFERENT = 1
"""The exit status when an answer was another one than before."""


def journal(arguments: argparse.Namespace) -> int:
    """Print a world's journal: for people, as JSON, or as an HTTP archive; or save it."""
    if arguments.action == "save":
        return _save(arguments)
    query = f"?since={arguments.since}" + ("&format=har" if arguments.har else "")
    answer = ask(arguments, "GET", path_of(arguments.world, f"journal{query}"))
    if arguments.json or arguments.har:
        print(json.dumps(answer, indent=2))
    else:
        print(shown(answer))
    return 0


def repeat(arguments: argparse.Namespace) -> int:
    """Repeat a saved journal; say whether all came out the same, and if not, what did not."""
    try:
        saved = replay.read(read_json(arguments.file))
        outcome = _repeated(arguments, saved)
    except replay.CannotReplay as problem:
        raise CommandError(f"{arguments.file} cannot be replayed: {problem}") from None
    except (ClientError, ValueError) as problem:
        raise CommandError(str(problem)) from problem
    same = f"{_count(outcome.calls, 'call')} and {_count(outcome.events, 'event')}"
    if outcome.left_out:
        print(f"Left out: {_count(outcome.left_out, 'call')} of others, or of logins.")
    if outcome.difference is None:
        print(f"All as before: {same}.")
        return 0
    print(f"{outcome.difference}\nAs before until there: {same}.")
    return DIFFERENT


def shown(answer: Mapping[str, Any]) -> str:
    """Lay a journal out for people, a line for each entry."""
    if not answer["entries"]:
        return "Nothing has happened, and nothing was asked."
    return table(("NUMBER", "AT", "KIND", "WHAT", "ANSWER"), map(_row, answer["entries"]))


def _row(entry: Mapping[str, Any]) -> tuple[object, ...]:
    if entry["kind"] == "event":
        event = entry["event"]
        what = f"{event['kind']} request {event['request']}: {event['event']} ({entry['cause']})"
        change = f"{event['from']} -> {event['to']}"
        return entry["number"], event["at"], "event", what, change
    answer = entry["answer"]
    told = answer["body"].get("message") if isinstance(answer["body"], dict) else None
    result = f"{answer['status_code']} {told or ''}" if answer["status_code"] >= 400 else None
    marks = [f"faults {', '.join(map(str, entry['faults']))}"] if entry["faults"] else []
    marks += [answer["ending"]] if answer["ending"] != "whole" else []
    words = [result or str(answer["status_code"]), *(f"({mark})" for mark in marks)]
    what = f"{entry['user'] or 'somebody'}: {entry['method']} {entry['target']}"
    return entry["number"], entry["at"], "call", what, " ".join(words)


def _save(arguments: argparse.Namespace) -> int:
    if arguments.since or arguments.har or arguments.json:
        raise CommandError("journal save: it saves the whole journal, with no other option")
    answer = ask(arguments, "GET", path_of(arguments.world, "journal"))
    text = json.dumps(replay.file_of(answer), indent=1, ensure_ascii=False) + "\n"
    if arguments.file == STANDARD_INPUT:
        sys.stdout.write(text)
        return 0
    _write(arguments.file, text)
    kept, gone = len(answer["entries"]), answer["last"] - len(answer["entries"])
    print(f"Saved {kept} {'entry' if kept == 1 else 'entries'} in {arguments.file}.")
    if gone:
        print(f"{gone} had to make room before: it cannot be replayed.")
    return 0


def _write(file: str, text: str) -> None:
    """Write a file whole or not at all."""
    try:
        write_whole(file, text)
    except (OSError, ValueError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) else problem
        raise CommandError(f"cannot write {file}: {reason}") from None


def _repeated(arguments: argparse.Namespace, saved: replay.Saved) -> replay.Outcome:
    if arguments.target is None:
        with Client(arguments.url, control_token=arguments.control_token) as client:
            client.get("/_mock/health")
            return replay.in_a_mock(client, saved, _world_of(arguments.saved))
    if arguments.saved is not None:
        raise CommandError("--saved: only a mock can begin as a saved world: leave --target out")
    if arguments.token is None:
        raise CommandError("--target: it wants --token too, which all calls bear there")
    with Client(arguments.target) as client:
        return replay.on_a_server(client, saved, arguments.token)


def _world_of(file: str | None) -> Mapping[str, Any] | None:
    """Return the saved world that a file holds; the mock says what is wrong with it."""
    if file is None:
        return None
    world = read_json(file)
    if not isinstance(world, dict):
        raise CommandError(f"{file} is no saved world: it is not an object")
    return world


def _count(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
