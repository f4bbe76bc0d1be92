"""A mock whose default world already holds many requests: `python -m tests.benchmarks.crowded N`.

`vss-mock serve` in all else; a world file cannot say what lies ahead.
"""

import asyncio
import sys

from tests.benchmarks import crowds
from vss_mock.server import Running, serve


def main() -> None:
    """Serve until told to stop."""
    service = crowds.service(1_000, int(sys.argv[1]))

    def ready(running: Running) -> None:
        print(f"listening on {running.url}", flush=True)

    asyncio.run(serve(service, ready=ready))


if __name__ == "__main__":
    main()
