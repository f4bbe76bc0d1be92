"""Installs real releases of pyvss and vss-cli, drives each against the mock, prints a table.

`make clients`, or `make clients ARGS="--only pyvss==0.9.43"`. Exits 1 if anything failed that the
client offers and the mock does. The environments are kept below .clients/ for the next time.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence

from tests.cli.running import served
from tests.clients import table
from tests.clients.lines import differences, releases
from tests.clients.rows import select
from tests.clients.running import run


def main(words: Sequence[str] | None = None) -> int:
    """Print the table; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.clients", description=__doc__)
    parser.add_argument("--only", nargs="+", metavar="CLIENT==VERSION", default=[])
    parser.add_argument("--write", action="store_true", help="put the table into the README")
    options = parser.parse_args(words)
    if options.write and options.only:
        parser.error("--write: the README's table has every row; leave --only out")
    try:
        chosen = select(options.only)
    except KeyError as unknown:
        parser.error(f"no such row: {unknown.args[0]}")
    runs = []
    with served("--start", "2016-07-29T12:30:59") as mock:
        for row in chosen:
            print(f"{row.key:20} ", end="", flush=True)
            begun = time.monotonic()
            runs.append(run(row, mock.url))
            print(f"{time.monotonic() - begun:4.0f} s  {runs[-1].summary()}", flush=True)
            for operation, reason in runs[-1].failed:
                print(f"    {operation}: {reason}", flush=True)
        wrong = [] if options.only else [*_wrong_lines(mock.url)]
    print(f"\n{table.markdown(runs)}", end="")
    if options.write:
        table.write(runs)
    return 1 if wrong or any(each.failed for each in runs) else 0


def _wrong_lines(base: str) -> Iterator[str]:
    """Give what is wrong with the lines of Python that explanations give, and print it."""
    for row in releases():
        print(f"{row.key:20} lines of explanations", flush=True)
        for difference in differences(row, base):
            print(f"    {difference}", flush=True)
            yield difference


if __name__ == "__main__":
    sys.exit(main())
