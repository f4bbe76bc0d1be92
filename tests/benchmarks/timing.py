"""Rounds, medians and clocks: how things are measured fairly on a machine that others use too."""

import gc
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median


def cpu_seconds(process: int) -> float:
    """Return the CPU seconds that another process has used; not a number where nobody tells."""
    try:
        # Linux numbers the CPU clock of a process so, and counts it in nanoseconds.
        return time.clock_gettime(~process << 3 | 2)
    except (AttributeError, OSError):
        return float("nan")


def resident_bytes(process: int) -> float:
    """Return the resident memory of another process; not a number where nobody tells."""
    status = Path(f"/proc/{process}/status")
    for line in status.read_text().splitlines() if status.exists() else ():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return float("nan")


def interleaved(
    runs: Mapping[str, Callable[[], float]], rounds: int, *, warm: bool = True
) -> dict[str, list[float]]:
    """Do each run once a round, in turn; return their results by name, round by round."""
    if warm:
        for run in runs.values():
            run()
    results: dict[str, list[float]] = {name: [] for name in runs}
    for number in range(rounds):
        # Every other round goes backwards, so that nobody always follows the same one.
        names = list(runs) if number % 2 == 0 else list(runs)[::-1]
        for name in names:
            results[name].append(runs[name]())
    return results


def ratio(above: list[float], below: list[float]) -> float:
    """Return the median of each round's ratio."""
    return median(one / other for one, other in zip(above, below, strict=True))


def cpu_per_call(function: Callable[[], object], seconds: float) -> Callable[[], float]:
    """Return a run that gives the CPU seconds of one call, over about so many seconds of calls."""

    def timed(count: int) -> float:
        began = time.process_time()
        for _ in range(count):
            function()
        return time.process_time() - began

    count = 1
    while (spent := timed(count)) < seconds / 10 and count < 1 << 20:
        count *= 2
    count = max(1, round(count * seconds / max(spent, 1e-6)))

    def run() -> float:
        gc.collect()
        return timed(count) / count

    return run


def spell_seconds(value: float) -> str:
    """Spell a duration in the unit that suits it."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if value >= size:
            return f"{value / size:.3g} {unit}"
    return f"{value / 1e-9:.3g} ns"


def spell_bytes(value: float) -> str:
    """Spell an amount of memory: thousands of bytes, as the targets count."""
    for unit, size in (("MB", 1e6), ("kB", 1e3)):
        if value >= size:
            return f"{value / size:.3g} {unit}"
    return f"{value:.0f} B"
