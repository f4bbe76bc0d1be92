"""The commands that keep a world of a running mock in a file, and load it again."""

import argparse
import json
from collections.abc import Mapping
from typing import Any

import orjson

from vss_mock.cli_asking import ask, path_of
from vss_mock.cli_input import STANDARD_INPUT, read_json
from vss_mock.saved_files import write_saved
from vss_mock.simulator.dump import finished
from vss_mock.simulator.worlds import DEFAULT
from vss_mock.terminal import CommandError
from vss_mock.wire.problems import Refusal
from vss_mock.wire.saved import checking

STANDARD_OUTPUT = "-"


def save(arguments: argparse.Namespace) -> int:
    """Write a world to a file, whole or not at all."""
    saved = ask(arguments, "GET", path_of(arguments.world, "saved"))
    file = arguments.file
    if file == STANDARD_OUTPUT:
        print(json.dumps(saved, indent=2))
        return 0
    try:
        write_saved(file, saved)
    except OSError as problem:
        raise CommandError(f"cannot write {file}: {problem.strerror}") from None
    except ValueError:
        # A null character, which no operating system takes in a name.
        raise CommandError(f"cannot write {file!r}: that is no name of a file") from None
    name = arguments.world or DEFAULT
    told = {"file": file, "world": name, "sha256": saved["sha256"]}
    _print(arguments, told, f"The world {name!r} is saved in {file}.")
    return 0


def load(arguments: argparse.Namespace) -> int:
    """Make a world of a saved one, in the place of the one of its name if there is one."""
    file = arguments.file
    saved = read_json(file)
    where = "standard input" if file == STANDARD_INPUT else file
    try:
        finished(checking(saved))
    except Refusal as problem:
        raise CommandError(f"{where}: {problem.message}") from None
    path = path_of(arguments.world or DEFAULT, "saved")
    world = ask(arguments, "PUT", path, orjson.dumps(saved))
    text = (
        f"The world {world['name']!r} is the one in {where}: it is {world['now']}, {world['mode']}."
    )
    _print(arguments, world, text)
    return 0


def _print(arguments: argparse.Namespace, answer: Mapping[str, Any], text: str) -> None:
    print(json.dumps(answer, indent=2) if arguments.json else text)
