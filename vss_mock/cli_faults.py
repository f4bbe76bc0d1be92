"""The commands that let things go wrong in a running mock, and wait: what fault and hold do."""

import argparse
import json
from collections.abc import Iterable, Mapping, Sequence
from shlex import quote
from typing import Any, NoReturn

from vss_mock.cli_asking import ask, path_of
from vss_mock.cli_control import shown_clock, shown_due
from vss_mock.resources import load
from vss_mock.terminal import CommandError, one_line, table

_TYPES: Mapping[type, frozenset[str]] = {
    str: frozenset({"string"}),
    int: frozenset({"integer", "number"}),
    float: frozenset({"integer", "number"}),
    bool: frozenset({"boolean"}),
    type(None): frozenset({"null"}),
    list: frozenset({"array"}),
    dict: frozenset({"object"}),
}
"""Which types a schema may name for a value that JSON made."""

Types = Mapping[str, frozenset[str]]
"""The types that the values of each member may have."""


def add_fault(arguments: argparse.Namespace) -> int:
    """Add a fault, and print it."""
    body = read_members(arguments.members, types_of("fault"), {"kind": arguments.kind})
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
    body = read_members(arguments.members, types_of("hold"))
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


def types_of(what: str) -> Types:
    """Return which types the members of a fault or a hold may have, as their schemas say."""
    schemas = load("schemas/common")
    schema = schemas[f"{what}.json"]
    types: dict[str, frozenset[str]] = {}
    for part in (schema, *schema.get("$defs", {}).values()):
        for name, member in part.get("properties", {}).items():
            types[name] = types.get(name, frozenset()) | _types(member, schemas)
    return {name: there for name, there in types.items() if there}


def _types(member: Mapping[str, Any], schemas: Mapping[str, Any]) -> frozenset[str]:
    file, _, name = member.get("$ref", "").partition("#/$defs/")
    if name:
        member = schemas[file]["$defs"][name]
    given = member.get("type", ())
    return frozenset([given] if isinstance(given, str) else given)


def read_members(
    words: Iterable[str], types: Types, given: Mapping[str, Any] | None = None
) -> Mapping[str, Any]:
    """Return what MEMBER=VALUE words say beside what is given; raise CommandError."""
    members = dict(given or {})
    for word in words:
        name, equals, text = word.partition("=")
        if not (name and equals):
            raise CommandError(f"{word!r} is no MEMBER=VALUE, such as nth=2")
        if name in members:
            raise CommandError(f"{name} is given twice")
        members[name] = _value(text, types.get(name, frozenset()))
    return members


def shown_faults(faults: Sequence[Mapping[str, Any]]) -> str:
    """Lay faults out for people, their members as they can be typed."""
    if not faults:
        return "No faults."
    types = types_of("fault")
    rows = [
        (fault["id"], fault["kind"], _typed(fault, types), fault["seen"], fault["fired"])
        for fault in faults
    ]
    return table(("ID", "KIND", "MATCHES", "SEEN", "FIRED"), rows)


def shown_holds(holds: Sequence[Mapping[str, Any]]) -> str:
    """Lay holds out for people, their members as they can be typed."""
    if not holds:
        return "No holds."
    types = types_of("hold")
    rows = [
        (hold["id"], _typed(hold, types), hold["holds"] and shown_due(hold["holds"]))
        for hold in holds
    ]
    return table(("ID", "MATCHES", "HOLDS"), rows)


def _typed(document: Mapping[str, Any], types: Types) -> str | None:
    words = [
        quote(f"{name}={_text(value, types[name])}")
        for name, value in document.items()
        if name in types
    ]
    return " ".join(words) or None


def _text(value: Any, types: frozenset[str]) -> str:
    """Return a value as it is read back: a text as it is, unless it would not be read so."""
    if isinstance(value, str) and value == one_line(value) == _value(value, types):
        return value
    # A table makes one space of several.
    return json.dumps(value).replace("  ", " \\u0020")


def _value(text: str, types: frozenset[str]) -> Any:
    """Read a value: as JSON where that is of a type that it may have, else as text."""
    try:
        value = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return text
    return text if "string" in types and types.isdisjoint(_TYPES[type(value)]) else value


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
