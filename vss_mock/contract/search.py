"""Lets Schemathesis search a server for answers that its OpenAPI document does not allow.

It runs as a process of its own, with the configuration and the hooks of contracts/, and is read by
the events that it writes down. Secrets reach it through its environment alone.
"""

import os
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Final, NamedTuple

from vss_mock import resources
from vss_mock.contract.rules import Finding, NotObserved
from vss_mock.contract.search_events import Events
from vss_mock.contract.search_rules import RULES, UNUSED

__all__ = ["DEPTHS", "RULES", "Searched", "search"]

NEEDED: Final = "schemathesis"


class Depth(NamedTuple):
    """How long to search: examples an operation, walks along links, and seconds at most.

    The seconds are far more than it takes, even on a busy machine: what they cut off, the same seed
    would not cut off again.
    """

    examples: int
    walks: int
    seconds: float


DEPTHS: Final[Mapping[str, Depth]] = {
    "quick": Depth(3, 5, 300.0),
    "ci": Depth(10, 25, 300.0),
    "deep": Depth(60, 120, 1800.0),
}


FEW_OPERATIONS: Final = 24
"""How many operations the depths are for."""
FEWEST: Final = 3
"""How many examples an operation has at least."""


class Searched(NamedTuple):
    """What a search found, how often it looked at each rule, and how many calls it made."""

    findings: list[Finding]
    looked_at: Counter[str]
    calls: int


def search(
    openapi: Path,
    url: str,
    token: str,
    user: tuple[str, str] | None,
    vm: str,
    *,
    clock: str | None,
    seed: int,
    depth: str = "ci",
    reads_only: bool = False,
    rate: str | None = None,
    control_token: str | None = None,
    strangers: str | None = None,
) -> Searched:
    """Search the server at `url` by the document `openapi`, and return what was found.

    `vm` is the uuid of a machine that may be used, `clock` the path of a clock that may be moved,
    None if time is to be left alone. With `reads_only` nothing but GET is sent. `rate` is `5/s` or
    `100/m`, None for no limit. `strangers` is the dialect in which those are answered whom the
    server does not know, if it is another. The same seed makes the same calls.

    Raises ImportError where Schemathesis is not installed, NotObserved where it could not run. An
    interruption ends it too.
    """
    if find_spec(NEEDED) is None:
        raise ImportError(f"{NEEDED} is not installed", name=NEEDED)
    deep = DEPTHS[depth]
    secrets = {
        "VSS_TOKEN": token,
        "VSS_USERNAME": user[0] if user else "",
        "VSS_PASSWORD": user[1] if user else "",
        "VSS_VM": vm,
        "VSS_CLOCK": clock or "",
        "VSS_CONTROL_TOKEN": control_token or "",
    }
    # The more operations there are, the less is tried of each, and the longer a walk has to be.
    operations = openapi.read_text(encoding="utf-8").count('"operationId":')
    times = max(1, operations / FEW_OPERATIONS)
    deep = deep._replace(
        examples=max(FEWEST, round(deep.examples / times)),
        walks=round(deep.walks * (1 + times) / 2),
    )
    with tempfile.TemporaryDirectory(prefix="vss-mock-search-") as name:
        folder = Path(name)
        written = folder / "events.ndjson"
        command = _command(folder, written, openapi, url, seed, deep, reads_only, rate, user)
        said = _run(command, folder, _environment(folder, secrets), deep.seconds)
        hidden = [token, secrets["VSS_PASSWORD"], control_token or ""]
        events = Events(openapi, url, hidden, strangers)
        if written.exists():
            with written.open(encoding="utf-8") as lines:
                events.read(lines)
    if not events.calls:
        raise NotObserved(f"schemathesis could not search: {said}")
    return Searched(events.findings, events.looked_at, events.calls)


def _command(
    folder: Path,
    written: Path,
    openapi: Path,
    url: str,
    seed: int,
    depth: Depth,
    reads_only: bool,
    rate: str | None,
    user: tuple[str, str] | None,
) -> list[str]:
    config = folder / "schemathesis.toml"
    lines = (resources.find("contracts") / "schemathesis.toml").read_text(encoding="utf-8")
    config.write_text("\n".join(_adapted(lines, depth, user)), encoding="utf-8")
    # Wrong methods are part of what `coverage` tries, so that a reader leaves it out.
    phases = (
        ("examples", "fuzzing") if reads_only else ("examples", "coverage", "fuzzing", "stateful")
    )
    unused = (*UNUSED, "unsupported_method") if reads_only else UNUSED
    return [
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "--no-color"),
        *("run", str(openapi), "--url", url, "--seed", str(seed)),
        *("--phases", ",".join(phases), "--exclude-checks", ",".join(unused)),
        *("--report", "ndjson", "--report-ndjson-path", str(written)),
        *(("--include-method", "GET") if reads_only else ()),
        *(("--rate-limit", rate) if rate else ()),
    ]


def _adapted(text: str, depth: Depth, user: tuple[str, str] | None) -> Iterator[str]:
    """Give the lines of the configuration, as deep as wanted and without what is not known.

    Its hooks are named relative to a checkout; here they come by the environment.
    """
    section = ""
    for line in text.splitlines():
        if line.startswith("["):
            section = line
        if line.startswith("hooks ") or (user is None and line.startswith("password ")):
            continue
        if line.startswith("max-examples "):
            wanted = depth.walks if "stateful" in section else depth.examples
            yield f"max-examples = {wanted}"
            continue
        yield line


def _environment(folder: Path, secrets: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name.upper() not in _PROXIES}
    return {
        **kept,
        **secrets,
        "SCHEMATHESIS_HOOKS": str(resources.find("contracts") / "schemathesis_hooks.py"),
        "HYPOTHESIS_STORAGE_DIRECTORY": str(folder / "hypothesis"),
        "NO_COLOR": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
    }


_PROXIES: Final = {"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"}
"""The judge itself takes no way around."""


def _run(command: list[str], folder: Path, environment: dict[str, str], seconds: float) -> str:
    """Run it to its end, or for so long; return what it said last, on one line."""
    with subprocess.Popen(  # noqa: S603  # this interpreter, with words of our own
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as child:
        try:
            said, _ = child.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            said = _end(child)
        except BaseException:
            _end(child)
            raise
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return " / ".join(lines[-3:]) or f"it ended with {child.returncode}"


def _end(child: "subprocess.Popen[str]") -> str:
    """Interrupt a search, so that it writes down what it knows; end it if it does not end."""
    child.send_signal(signal.SIGINT)
    try:
        said, _ = child.communicate(timeout=GRACE)
    except subprocess.TimeoutExpired:
        child.kill()
        said, _ = child.communicate()
    return said


GRACE: Final = 5.0
"""Seconds that an interrupted search has to end by itself."""
