"""The whole of it: at least a hundred kill -9s under four writers.

python -m tests.durability [--kills N] [--seed N]
"""

import argparse
import tempfile
from pathlib import Path
from time import monotonic

from tests.durability.kills import campaign

TOLD_EVERY = 10
"""After how many kills it says that it goes on."""


def tell(number: int) -> None:
    if number % TOLD_EVERY == 0:
        print(f"{number} kills", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.durability")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    began = monotonic()
    with tempfile.TemporaryDirectory() as place:
        done = campaign(Path(place) / "state", arguments.seed, arguments.kills, tell)
        size = (Path(place) / "state" / "state.sqlite3").stat().st_size
    print(
        f"{arguments.kills} kills, {done.acknowledged:,} acknowledged calls, nothing lost or torn"
    )
    print(
        "under way when the server was killed:", ", ".join(f"{n} {k}" for k, n in done.hit.items())
    )
    print(f"{size:,} bytes, {monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
