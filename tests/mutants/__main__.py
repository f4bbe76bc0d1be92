"""Tells every lie to the contract suite, and prints which rule caught which.

`make mutants`, or `make mutants ARGS="--only ID --suites all --profile ci"`. Exits 1 if a lie gets
by, or is caught only by rules that name something else. Each lie is told to the suites that walk
the same way every time; `--suites model` says what the search beside the model finds alone.
"""

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from tests.mutants import LIES
from tests.mutants.lie import Lie
from tests.mutants.running import CannotJudge, Judged, judge

SUITES = ("all", "answers", "relations", "scenarios", "model")
MOST = 4
"""How many of the rules that caught a lie one line shows."""


def main(words: Sequence[str] | None = None) -> int:
    """Print the table; return the exit code."""
    parser = _parser()
    options = parser.parse_args(words)
    if unknown := [id for id in options.only if id not in LIES]:
        parser.error(f"no such lie: {', '.join(unknown)}")
    lies = [LIES[id] for id in options.only] if options.only else list(LIES.values())
    suite = ["--profile", options.profile, "--seed", str(options.seed)]
    if "all" not in options.suites:
        suite += [word for name in options.suites for word in ("--only", name)]
    caught = 0
    with ThreadPoolExecutor(options.jobs) as pool:
        for lie, judged in zip(
            lies, pool.map(lambda each: _judged(each, suite), lies), strict=True
        ):
            caught += isinstance(judged, Judged) and judged.verdict == "caught"
            print(_row(lie, judged), flush=True)
    print(f"{caught} of {len(lies)} lies caught by a rule that names them", end="")
    print(f" ({100 * caught / len(lies):.1f} %)")
    return 0 if caught == len(lies) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--only", nargs="+", metavar="ID", default=[])
    parser.add_argument("--profile", default="quick")
    parser.add_argument("--suites", nargs="+", choices=SUITES, default=SUITES[1:4])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2, help="how many servers at a time")
    return parser


def _judged(lie: Lie, suite: Sequence[str]) -> Judged | CannotJudge:
    try:
        return judge(lie, suite)
    except CannotJudge as problem:
        return problem


def _row(lie: Lie, judged: Judged | CannotJudge) -> str:
    start = f"{lie.id:38} {lie.kind:27} "
    if isinstance(judged, CannotJudge):
        return f"{start}UNJUDGED {judged}"
    others = [rule for rule in judged.broken if rule not in judged.named]
    rules = [*judged.named, *others]
    more = f" and {len(rules) - MOST} more" if len(rules) > MOST else ""
    return f"{start}{judged.verdict:8} {', '.join(rules[:MOST])}{more}"


if __name__ == "__main__":
    sys.exit(main())
