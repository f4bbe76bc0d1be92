"""The words of the commands that look back: journal and replay.

What they do is in a module of its own, imported only when one of them runs.
"""

import argparse
import os
import re
from collections.abc import Callable
from typing import Any, TypeAlias

from vss_mock.terminal import CommandError

TOKEN = "VSS_TOKEN"

Control: TypeAlias = Callable[[Any, str, str], argparse.ArgumentParser]
"""Adds a command that talks to a running mock: to which commands, its name, its purpose."""
Reached: TypeAlias = Callable[[argparse.ArgumentParser], None]
"""Adds the options that say which mock is meant."""


def add_journal_and_replay(commands: Any, control: Control, reached: Reached) -> None:
    """Add the commands `journal` and `replay` to the command line."""
    journal = control(commands, "journal", "show what has reached a world of a running mock")
    option = journal.add_argument
    option("action", nargs="?", choices=("save",), help="save it in FILE, for `vss-mock replay`")
    option("file", metavar="FILE", nargs="?", help="where to save it, or - for standard output")
    option("--since", metavar="N", type=_number, default=0, help="only what came after entry N")
    option("--har", action="store_true", help="print the calls as an HTTP archive, HAR 1.2")
    journal.set_defaults(run=_journal)
    replay = commands.add_parser(
        "replay",
        help="repeat a saved journal and tell the first difference",
        description="Repeat the calls of a journal that `vss-mock journal save` saved, in order, "
        "and tell the first answer that is another one. In a running mock that happens in a fresh "
        "world, whose clock goes where it went before. "
        "Exit status: 0 all as before; 1 a difference; 2 it could not be repeated.",
        epilog=f"VSS_MOCK_URL, VSS_MOCK_CONTROL_TOKEN and {TOKEN} in the environment mean the same "
        "as --url, --control-token and --token.",
    )
    replay.add_argument("file", metavar="FILE", help="a saved journal, or - for standard input")
    reached(replay)
    option = replay.add_argument
    option("--saved", metavar="STATE", help="a saved world to begin as, instead of the demo's")
    option("--target", metavar="URL", help="any other server, of which only the calls are made")
    option("--token", metavar="T", default=os.environ.get(TOKEN) or None, help="the token for it")
    replay.set_defaults(run=_replay)


def _number(text: str) -> int:
    if re.fullmatch("[0-9]{1,15}", text):
        return int(text)
    raise argparse.ArgumentTypeError(f"a number of an entry is 0 or more, not {text!r}")


def _journal(arguments: argparse.Namespace) -> int:
    from vss_mock.cli_journal import journal

    if (arguments.action is None) != (arguments.file is None):
        raise CommandError("journal save: it wants FILE, where to save it")
    return journal(arguments)


def _replay(arguments: argparse.Namespace) -> int:
    from vss_mock.cli_journal import repeat

    return repeat(arguments)
