"""Drives one release: its environment, a world of its own, and the driver that knows the client."""

import json
import subprocess
import urllib.error
from pathlib import Path

from tests.clients import drive_cli, drive_pyvss
from tests.clients.environments import NotInstallable, prepare
from tests.clients.mock import home, new_world
from tests.clients.outcomes import Mark, Outcome, Run, judge, missing
from tests.clients.rows import Row

OPERATIONS = {"pyvss": tuple(drive_pyvss.OPERATIONS), "vss-cli": tuple(drive_cli.OPERATIONS)}
BEYOND = {"2016": {"attributes", "places", "account"}}
"""What the documents of those years do not show, and the mock's dialect of them does not do."""
PATIENCE_S = 240


def run(row: Row, base: str) -> Run:
    """Drive a release through everything that the mock does in its dialect."""
    try:
        folder = prepare(row)
    except NotInstallable as reason:
        return Run(row, {}, str(reason))
    beyond = BEYOND.get(row.dialect, set())
    names = [name for name in OPERATIONS[row.name] if name not in beyond]
    try:
        driven = drive(row, folder, base, names)
    except urllib.error.HTTPError as refusal:
        driven = missing(names, {}, f"no world of {row.dialect}: {refusal.read().decode()[:200]}")
    except OSError as lost:
        driven = missing(names, {}, f"the mock does not answer: {lost}")
    outcomes = dict.fromkeys(OPERATIONS[row.name], Outcome(Mark.BEYOND)) | driven
    return Run(row, outcomes)


def drive(row: Row, folder: Path, base: str, names: list[str]) -> dict[str, Outcome]:
    """Do the named operations with the release that is installed in a folder."""
    world = new_world(base, row.dialect)
    if row.name == "vss-cli":
        said = drive_cli.drive(row, folder, world, names)
        return {name: judge(row, name, *result) for name, result in said.items()}
    task = {
        "base": base,
        "world": world.name,
        "dialect": row.dialect,
        "user": world.user,
        "vms": world.vms,
        "operations": names,
    }
    with home() as (place, environment):
        try:
            done = subprocess.run(
                [str(folder / "bin" / "python"), drive_pyvss.__file__],
                input=json.dumps(task),
                capture_output=True,
                text=True,
                cwd=place,
                env=environment,
                timeout=PATIENCE_S,
                check=False,
            )
        except subprocess.TimeoutExpired as late:
            output = late.stdout or b""
            lines, why = output.decode().splitlines(), f"not done after {PATIENCE_S} s"
        else:
            lines = done.stdout.splitlines()
            why = (done.stderr.strip().splitlines() or ["stopped without a word"])[-1]
    outcomes = {}
    for line in lines:
        one = json.loads(line)
        outcomes[one["operation"]] = judge(row, one["operation"], one["result"], one["reason"])
    return missing(names, outcomes, why)
