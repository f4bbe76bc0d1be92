"""The commands of the how-to, letter for letter, with host, token and machine put in.

"How to schedule a VM snapshot" (2016-08) gives them for HTTPie and curl, and with `-a $TK` and
`-u $TK` alone: both then ask for a password on the terminal, and Enter is what one types there.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import environment
from vss_mock import Mock
from vss_mock.client import Client

HOSTS = ("https://vss-api.eis.utoronto.ca:8001", "https://vss-ws.eis.utoronto.ca:8001")
FIND = (
    'http -a $TK GET "https://vss-api.eis.utoronto.ca:8001/v2/vm?name=coreos0&summary" '
    '"Authorization: Bearer $TK"'
)
SUBMIT = {
    "http": (
        "http -a $TK POST https://vss-api.eis.utoronto.ca:8001/v2/vm/<vm_uuid>/snapshot "
        'from_date="2016-07-29 22:00" valid_for=12 '
        'description="before upgrading very important module" "Authorization: Bearer $TK"'
    ),
    "curl": (
        'curl -H "Authorization: Bearer $TK" -H "Content-Type: application/json" -u $TK '
        '-X POST "https://vss-ws.eis.utoronto.ca:8001/v2/vm/<vm_uuid>/snapshot" '
        """-d '{"from_date": "2016-07-29 22:00", "valid_for": 12, """
        """"description": "before upgrading very important module"}'"""
    ),
}
TOOLS = [tool for tool in SUBMIT if tool == "http" or shutil.which(tool)]
# A terminal of one's own, on which Enter is pressed whenever a password is asked for.
PRESSES_ENTER = """
import os, pty, sys

def read(terminal):
    shown = os.read(terminal, 65536)
    if b"password" in shown:
        os.write(terminal, b"\\n")
    return shown

sys.exit(os.waitstatus_to_exitcode(pty.spawn(["sh", "-c", sys.argv[1]], read)))
"""
# HTTPie would look for a newer version of itself on the network.
HTTPIE_SETTINGS = {"disable_update_warnings": True, "default_options": ["--pretty=none"]}


@pytest.fixture
def vss() -> Iterator[Mock]:
    with Mock() as mock:
        yield mock


def answered(command: str, vss: Mock, folder: Path) -> Any:
    """Return the document that a command of the how-to shows, typed on a terminal."""
    (folder / "config.json").write_text(json.dumps(HTTPIE_SETTINGS), encoding="utf-8")
    for host in HOSTS:
        command = command.replace(host, vss.url)
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        [sys.executable, "-c", PRESSES_ENTER, command.replace("<vm_uuid>", vss.vm.uuid)],
        env=environment({"TK": vss.token, "PATH": path, "HTTPIE_CONFIG_DIR": str(folder)}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout
    return json.loads(done.stdout[done.stdout.index("{") :])


def test_the_command_that_finds_a_machine_finds_it(vss: Mock, tmp_path: Path) -> None:
    document = answered(FIND, vss, tmp_path)
    assert [(vm["name"], vm["uuid"]) for vm in document["data"]] == [(vss.vm.name, vss.vm.uuid)]
    assert document["meta"]["user"] == "jm"


@pytest.mark.parametrize("tool", TOOLS)
def test_the_command_that_asks_for_a_snapshot_is_accepted(
    vss: Mock, tmp_path: Path, tool: str
) -> None:
    accepted = answered(SUBMIT[tool], vss, tmp_path)
    assert accepted["data"]["status"] == 202
    assert accepted["data"]["_links"]["request"] == f"{vss.url}/v2/request/snapshot/2"
    with Client(vss.url) as client:
        request = client.get("/v2/request/snapshot/2", vss.headers)
    assert request["data"]["snapshot"]["to_date"] == "2016-07-30 10:00:00 EDT"
