"""The words of the commands that let things go wrong in a running mock, and wait: fault and hold.

What they do is in a module of its own, imported only when one of them runs.
"""

import argparse
import re
from collections.abc import Callable
from typing import Any, TypeAlias

Control: TypeAlias = Callable[[Any, str, str], argparse.ArgumentParser]
"""Adds a command that talks to a running mock: to which commands, its name, its purpose."""

MEMBERS = (
    "Members are those of a %s in a world file: `vss-mock schema show common/%s` lists them. "
    "A value is a text as it is, or JSON where the member is a number or null: nth=2, value=null. "
    "Members stand together, with no option between them."
)


def add_fault_and_hold(commands: Any, control: Control) -> None:
    """Add the commands `fault` and `hold` to the command line."""
    _add_fault(_group(commands, "fault", "let things go wrong in a running mock"), control)
    _add_hold(_group(commands, "hold", "let events of a running mock wait"), control)


def _group(commands: Any, name: str, purpose: str) -> Any:
    group = commands.add_parser(name, help=purpose, description=f"{purpose.capitalize()}.")
    return group.add_subparsers(metavar="ACTION", required=True, dest="action")


def _add_fault(actions: Any, control: Control) -> None:
    add = control(actions, "add", "let something go wrong from now on")
    add.add_argument("kind", metavar="KIND", help="such as status, lost-answer, work-fails")
    _add_members(add, "fault", "on which occasions, and how: status_code=503 nth=2")
    add.set_defaults(run=_fault_add)
    control(actions, "ls", "list the faults, and how often they struck").set_defaults(
        run=_fault_list
    )
    remove = control(actions, "rm", "remove a fault, or all")
    _add_which(remove, "remove")
    remove.set_defaults(run=_fault_remove)


def _add_hold(actions: Any, control: Control) -> None:
    add = control(actions, "add", "let time stop right before an event")
    _add_members(add, "hold", "which event: event=take request=2; the next one if none is given")
    add.set_defaults(run=_hold_add)
    control(actions, "ls", "list the holds, and what they hold back now").set_defaults(
        run=_hold_list
    )
    release = control(actions, "release", "release a hold, or all")
    _add_which(release, "release")
    release.set_defaults(run=_hold_release)
    fail = control(actions, "fail", "let the work that a hold holds back fail")
    fail.add_argument("id", metavar="ID", type=_id)
    fail.add_argument(
        "reason",
        metavar="REASON",
        nargs="?",
        help="quiesce_timeout, no_disk_space or invalid_state (the default)",
    )
    fail.add_argument("--detail", metavar="TEXT", help="the datastore that is full")
    fail.set_defaults(run=_hold_fail)


def _add_members(command: argparse.ArgumentParser, what: str, purpose: str) -> None:
    command.epilog = f"{MEMBERS % (what, what)} {command.epilog or ''}"
    command.add_argument("members", metavar="MEMBER=VALUE", nargs="*", help=purpose)


def _add_which(command: argparse.ArgumentParser, verb: str) -> None:
    which = command.add_mutually_exclusive_group(required=True)
    which.add_argument("id", metavar="ID", type=_id, nargs="?")
    which.add_argument("--all", action="store_true", help=f"{verb} all there are")


def _id(text: str) -> int:
    if re.fullmatch("[0-9]{1,15}", text):
        return int(text)
    raise argparse.ArgumentTypeError(f"an ID is a number, as ls shows it, not {text!r}")


def _fault_add(arguments: argparse.Namespace) -> int:
    from vss_mock.cli_faults import add_fault

    return add_fault(arguments)


def _fault_list(arguments: argparse.Namespace) -> int:
    from vss_mock.cli_faults import list_faults

    return list_faults(arguments)


def _fault_remove(arguments: argparse.Namespace) -> int:
    from vss_mock.cli_faults import remove_fault

    return remove_fault(arguments)


def _hold_add(arguments: argparse.Namespace) -> int:
    from vss_mock.cli_faults import add_hold

    return add_hold(arguments)


def _hold_list(arguments: argparse.Namespace) -> int:
    from vss_mock.cli_faults import list_holds

    return list_holds(arguments)


def _hold_release(arguments: argparse.Namespace) -> int:
    from vss_mock.cli_faults import release_hold

    return release_hold(arguments)


def _hold_fail(arguments: argparse.Namespace) -> int:
    from vss_mock.cli_faults import fail_hold

    return fail_hold(arguments)
