"""Measures everything and prints one table: `python -m tests.benchmarks [--quick] [PART ...]`."""

import argparse
import os
import platform
import sys
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

from tests.benchmarks import (
    advances,
    calls,
    checking,
    memory,
    page,
    scale,
    sizes,
    stalls,
    starts,
    worlds,
)
from tests.benchmarks.table import Row, spell

Part = Callable[[bool], Sequence[Row]]

PARTS: dict[str, tuple[str, Part]] = {
    "calls": ("HTTP calls, beside a bare aiohttp JSON hello", calls.measure),
    "sizes": ("The same call in a large and a small world (in process)", sizes.measure),
    "starts": ("Start and idle memory", starts.measure),
    "memory": ("Memory of what is stored (tracemalloc)", memory.measure),
    "advances": ("One advance over all that is due, beside a heap of tuples", advances.measure),
    "stalls": ("Another client while POST /_mock/clock advances", stalls.measure),
    "worlds": ("Forks, resets, fixtures", worlds.measure),
    "scale": ("Several mocks behind nginx", scale.measure),
    "page": ("The page at /_mock/, in Chromium", page.measure),
    "checking": ("Checking documents", checking.measure),
}


def machine() -> str:
    """Say what this runs on, and how busy that is."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    libraries = ", ".join(f"{name} {version(name)}" for name in ("aiohttp", "orjson"))
    return (
        f"{os.cpu_count()} cores ({model}), {platform.system()}, "
        f"Python {platform.python_version()}, {libraries}; load before: {load}"
    )


def main() -> int:
    """Measure the parts that were asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds, smaller worlds")
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    arguments = parser.parse_args()
    unknown = set(arguments.parts) - PARTS.keys()
    if unknown:
        parser.error(f"no part {', '.join(sorted(unknown))}: there are {', '.join(PARTS)}")
    print(machine(), flush=True)
    began = time.monotonic()
    measured: list[tuple[str, Sequence[Row]]] = []
    for name in arguments.parts or PARTS:
        title, part = PARTS[name]
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        measured.append((title, part(arguments.quick)))
    print("Medians over interleaved rounds; ratios are medians of each round's own ratio.\n")
    print(spell(measured))
    print(f"\n{time.monotonic() - began:.0f} seconds")
    return 0


if __name__ == "__main__":
    sys.exit(main())
