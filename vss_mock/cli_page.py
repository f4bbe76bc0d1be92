"""The command that serves the demo world for its page, and says where that is."""

import argparse
import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress

from vss_mock.assembly import Settings, build_service
from vss_mock.server import CannotBind, CannotServe, Clock, Running, serve
from vss_mock.terminal import CommandError, forget_output

PORT = 8001
"""The port that is tried first where none was told, since that is where a mock is looked for."""


def serve_page(arguments: argparse.Namespace) -> int:
    """Serve the demo world on a port of this machine until told to stop."""
    service = build_service(Settings(), Clock().now())
    ports = (PORT, 0) if arguments.port is None else (arguments.port,)

    def serving(port: int) -> None:
        with suppress(KeyboardInterrupt):  # where signals cannot be waited for
            asyncio.run(serve(service, port=port, ready=_ready))

    _first_free(serving, ports)
    return 0


def _first_free(serving: Callable[[int], None], ports: tuple[int, ...]) -> None:
    """Serve on the first port that can be had; raise CommandError if that is none."""
    *others, last = ports
    for port in others:
        with suppress(CannotBind):
            serving(port)
            return
    try:
        serving(last)
    except CannotServe as problem:
        raise CommandError(str(problem)) from None


def _ready(running: Running) -> None:
    # Written at once: whoever waits for the first line may read no further, and go.
    try:
        print("\n".join(_welcome(running.url)), flush=True)
    except OSError:
        forget_output()


def _welcome(url: str) -> Iterator[str]:
    yield f"The page: {url}/_mock/?tour"
    yield f"The API:  {url}/v2/, with Authorization: Bearer demo-token"
    yield "State is in memory only: it goes when this process does. Ctrl-C ends it."
