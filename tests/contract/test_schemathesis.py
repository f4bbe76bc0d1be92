"""Schemathesis over the OpenAPI document that the mock serves, on a socket: nothing to be found.

It runs as people run it, from the command line with contracts/schemathesis.toml. How far it got is
read from the traffic it recorded, since a run that reaches nothing finds nothing either.
"""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from vss_mock import resources
from vss_mock.embedded import Mock

ROOT = Path(__file__).parents[2]
SECONDS = 300
"""Longer than any run takes on a busy machine."""

Reached = Counter[tuple[str, int]]


DOCUMENT: dict[str, Any] = resources.load_schemas()["2016/openapi.json"]


@pytest.fixture
def fresh() -> Iterator[Mock]:
    """Give a mock with the machine that the document's examples name, and another one."""
    (uuid,) = DOCUMENT["paths"]["/v2/vm/{uuid}"]["parameters"]
    machines = [{"name": "1606T-coreos0", "uuid": uuid["example"]}, {"name": "1605P-web1"}]
    with Mock(vms=machines) as running:
        yield running


def operations(mock: Mock) -> dict[str, tuple[str, re.Pattern[str]]]:
    """Return the method and the pattern of each operation's path, by its id."""
    found = {}
    for path, item in DOCUMENT["paths"].items():
        pattern = re.compile(re.escape(mock.url) + re.sub(r"{\w+}", "[^/]+", path))
        for method, raw in item.items():
            if "operationId" in raw:
                found[raw["operationId"]] = (method.upper(), pattern)
    return found


def reached(mock: Mock, har: Path) -> Reached:
    """Return how often each operation gave each status code."""
    entries = json.loads(har.read_text(encoding="utf-8"))["log"]["entries"]
    known = operations(mock)
    counts: Reached = Counter()
    for entry in entries:
        method, url = entry["request"]["method"], entry["request"]["url"].partition("?")[0]
        ids = [id for id, (verb, path) in known.items() if verb == method and path.fullmatch(url)]
        # "snapshot/consolidate" is also of the form "snapshot/{id}": the longer id is the nearer.
        for id in sorted(ids, key=len, reverse=True)[:1]:
            counts[id, entry["response"]["status"]] += 1
    return counts


def schemathesis(mock: Mock, folder: Path, *phases: str) -> Reached:
    """Run phases against a mock; fail with what was found, return what was reached."""
    har = folder / "traffic.har"
    secrets = {
        "VSS_TOKEN": mock.token,
        "VSS_USERNAME": mock.username,
        "VSS_PASSWORD": mock.password,
        "VSS_VM": mock.vm.uuid,
    }
    done = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli"),
            *("--config-file", "contracts/schemathesis.toml", "--no-color"),
            *("run", f"{mock.url}/_mock/openapi.json", "--phases", ",".join(phases)),
            *("--report", "har", "--report-har-path", str(har)),
        ],
        cwd=ROOT,
        env=os.environ | secrets,
        check=False,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return reached(mock, har)


def test_no_operation_by_itself_gives_a_finding(fresh: Mock, tmp_path: Path) -> None:
    counts = schemathesis(fresh, tmp_path, "examples", "coverage", "fuzzing")
    assert {id for id, _ in counts} == set(operations(fresh))
    for reach in (
        ("vm-snapshot-create", 202),
        ("vm-snapshot-create", 400),
        ("vm-snapshot-get", 200),
        ("vm-snapshot-delete", 202),
        ("vm-snapshot-revert", 202),
        ("vm-consolidate", 202),
        ("vm-get", 404),
        ("request-snapshot-get", 200),
        ("request-snapshot-extend", 204),
        ("request-task-get", 200),
    ):
        assert counts[reach], f"{reach[0]} never answered {reach[1]}: {sorted(counts)}"


def test_walks_along_the_links_give_no_finding_and_reach_a_taken_snapshot(
    fresh: Mock, tmp_path: Path
) -> None:
    counts = schemathesis(fresh, tmp_path, "stateful")
    assert counts["vm-snapshot-create", 202]
    assert counts["request-snapshot-get", 200]
    # Only a snapshot that was taken answers so.
    taken = (
        ("vm-snapshot-get", 200),
        ("vm-snapshot-delete", 202),
        ("vm-snapshot-revert", 202),
        ("request-snapshot-extend", 204),
    )
    assert sum(counts[reach] for reach in taken), f"no taken snapshot was reached: {sorted(counts)}"
    # Their lives were lived too: taken, and by now some of them deleted.
    states = {request["state"] for request in fresh.state()["snapshot_requests"]}
    assert {"scheduled", "processed"} <= states
