"""The commands that let things go wrong in a running mock, and wait: what fault and hold do."""

import argparse
import json
from collections.abc import Iterable, Mapping, Sequence
from shlex import quote
from typing import Any, NoReturn

from vss_mock.cli_asking import ask, path_of
from vss_mock.cli_control import shown_clock, shown_due
from vss_mock.terminal import CommandError, one_line, table

_NOT_MEMBERS = ("id", "kind", "seen", "fired")
"""What is shown of a fault in columns of its own."""


def add_fault(arguments: argparse.Namespace) -> int:
    """Add a fault, and print it."""
    body = read_members(arguments.members, {"kind": arguments.kind})
    fault = ask(arguments, "POST", path_of(arguments.world, "faults"), body)
    _print(arguments, fault, shown_faults([fault]))
    return 0


def list_faults(arguments: argparse.Namespace) -> int:
    """Print the faults of a world."""
    answer = ask(arguments, "GET", path_of(arguments.world, "faults"))
    _print(arguments, answer, shown_faults(answer["faults"]))
    return 0


def remove_fault(arguments: argparse.Namespace) -> int:
    """Remove a fault or all; print, for programs, those that are left."""
    _delete(arguments, "faults")
    said = "All faults are" if arguments.all else f"Fault {arguments.id} is"
    _print_left(arguments, "faults", f"{said} removed.")
    return 0


def add_hold(arguments: argparse.Namespace) -> int:
    """Add a hold, and print it."""
    body = read_members(arguments.members, {})
    hold = ask(arguments, "POST", path_of(arguments.world, "holds"), body)
    _print(arguments, hold, shown_holds([hold]))
    return 0


def list_holds(arguments: argparse.Namespace) -> int:
    """Print the holds of a world."""
    answer = ask(arguments, "GET", path_of(arguments.world, "holds"))
    _print(arguments, answer, shown_holds(answer["holds"]))
    return 0


def release_hold(arguments: argparse.Namespace) -> int:
    """Release a hold or all; print, for programs, those that are left."""
    _delete(arguments, "holds")
    said = "All holds are" if arguments.all else f"Hold {arguments.id} is"
    later = "what was held back happens when the clock is next moved, be it by 0."
    _print_left(arguments, "holds", f"{said} released: {later}")
    return 0


def fail_hold(arguments: argparse.Namespace) -> int:
    """Let what is held back fail; print the clock, and what happened."""
    said = {"reason": arguments.reason, "detail": arguments.detail}
    body = {name: value for name, value in said.items() if value is not None}
    path = f"{path_of(arguments.world, 'holds')}/{arguments.id}/fail"
    answer = ask(arguments, "POST", path, body)
    _print(arguments, answer, shown_clock(answer))
    return 0


def read_members(words: Iterable[str], given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what MEMBER=VALUE words say beside what is given; raise CommandError."""
    members = dict(given)
    for word in words:
        name, equals, text = word.partition("=")
        if not (name and equals):
            raise CommandError(f"{word!r} is no MEMBER=VALUE, such as nth=2")
        if name in members:
            raise CommandError(f"{name} is given twice")
        members[name] = _value(text)
    return members


def shown_faults(faults: Sequence[Mapping[str, Any]]) -> str:
    """Lay faults out for people, their members as they can be typed."""
    if not faults:
        return "No faults."
    rows = [
        (fault["id"], fault["kind"], _typed(fault, _NOT_MEMBERS), fault["seen"], fault["fired"])
        for fault in faults
    ]
    return table(("ID", "KIND", "MATCHES", "SEEN", "FIRED"), rows)


def shown_holds(holds: Sequence[Mapping[str, Any]]) -> str:
    """Lay holds out for people, their members as they can be typed."""
    if not holds:
        return "No holds."
    rows = [
        (hold["id"], _typed(hold, ("id", "holds")), hold["holds"] and shown_due(hold["holds"]))
        for hold in holds
    ]
    return table(("ID", "MATCHES", "HOLDS"), rows)


def _typed(document: Mapping[str, Any], others: Sequence[str]) -> str | None:
    words = [
        quote(f"{name}={_text(value)}") for name, value in document.items() if name not in others
    ]
    return " ".join(words) or None


def _text(value: Any) -> str:
    """Return a value as it is read back: a text as it is, unless it would be read as JSON."""
    if isinstance(value, str) and value == one_line(value) == _value(value):
        return value
    # A table makes one space of several.
    return json.dumps(value).replace("  ", " \\u0020")


def _value(text: str) -> Any:
    """Read a value: as JSON where it is JSON, else as text."""
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return text


def _refuse(constant: str) -> NoReturn:
    """Leave NaN and the infinities, which no JSON has, to be text."""
    raise ValueError(constant)


def _delete(arguments: argparse.Namespace, what: str) -> None:
    path = path_of(arguments.world, what)
    ask(arguments, "DELETE", path if arguments.all else f"{path}/{arguments.id}")


def _print_left(arguments: argparse.Namespace, what: str, text: str) -> None:
    left = ask(arguments, "GET", path_of(arguments.world, what)) if arguments.json else None
    _print(arguments, left, text)


def _print(arguments: argparse.Namespace, answer: Any, text: str) -> None:
    print(json.dumps(answer, indent=2) if arguments.json else text)
