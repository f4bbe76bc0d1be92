"""Shows that what many clients see fits one order: `make check-concurrency`.

`run` drives 16 clients with 4,000 calls each against a server of its own, once for each of 20
seeds; ARGS="--seed 7" is one of them, ARGS="--from 7" all from there on. What fits no order is told
and kept in a file. `check FILE` judges such a file again.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.concurrency import words
from tests.concurrency.calls import History, load, save
from tests.concurrency.running import WHOLE, Size, judged, served, sorted_out

SEEDS = range(20)
KEPT = Path(".concurrency")
"""Where histories that fit no order are kept."""
MOST_TOLD = 3
"""How many of them are told in words."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what is asked; 0 if everything fits, 1 if not."""
    parser = argparse.ArgumentParser("tests.concurrency", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="drive many clients, and judge what they see")
    run.add_argument("--seed", type=int, help="this seed alone")
    run.add_argument("--from", dest="first", type=int, default=SEEDS.start, help="from this seed")
    run.add_argument("--clients", type=int, default=WHOLE.clients)
    run.add_argument("--calls", type=int, default=WHOLE.calls, help="calls of each client")
    again = commands.add_parser("check", help="judge a file of histories again")
    again.add_argument("file", type=Path)
    asked = parser.parse_args(arguments)
    if asked.command == "check":
        return _check(asked.file)
    seeds = range(asked.first, SEEDS.stop) if asked.seed is None else [asked.seed]
    size = Size(asked.clients, asked.calls, WHOLE.worlds)
    return max([_run(seed, size) for seed in seeds], default=0)


def _run(seed: int, size: Size) -> int:
    with served() as port:
        found = judged(port, seed, size)
    suspects = [*found.misfits, *found.undecided]
    print(
        f"seed {seed}: {found.calls:,} calls in {len(found.histories):,} worlds,"
        f" {_verdict(found.misfits, found.undecided)};"
        f" driven in {found.driving:.0f} s, judged in {found.judging:.0f} s of CPU",
        flush=True,
    )
    if suspects:
        KEPT.mkdir(exist_ok=True)
        file = KEPT / f"seed-{seed}.json"
        save(suspects, file)
        _tell(found.misfits)
        print(f"kept in {file}: python -m tests.concurrency check {file}", flush=True)
    return int(bool(suspects))


def _check(file: Path) -> int:
    unfit, undecided = sorted_out(load(file))
    _tell(unfit)
    print(_verdict(unfit, undecided))
    return int(bool(unfit or undecided))


def _verdict(unfit: Sequence[History], undecided: Sequence[History]) -> str:
    said = [f"{len(unfit)} DO NOT FIT"] if unfit else []
    said += [f"{len(undecided)} UNDECIDED"] if undecided else []
    return ", ".join(said) or "all fit"


def _tell(histories: Sequence[History]) -> None:
    for history in histories[:MOST_TOLD]:
        print(words.told(history), flush=True)
    if len(histories) > MOST_TOLD:
        print(f"{len(histories) - MOST_TOLD} more are not told here", flush=True)


if __name__ == "__main__":
    sys.exit(main())
