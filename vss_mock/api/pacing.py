"""Bringing a world's clock to where it should be, in slices, so that others are served."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol, TypeVar

from vss_mock.simulator.journal import Cause
from vss_mock.simulator.records import Fired
from vss_mock.simulator.worlds import Tenancy

Row = TypeVar("Row")

SLICE = 100
"""How many events happen between two looks at other clients: about a millisecond of work."""


ROWS_A_SLICE = 250
"""How many rows of a long answer are spelled between two looks at other clients."""


def slices(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """Yield rows in parts of a slice each."""
    for start in range(0, len(rows), ROWS_A_SLICE):
        yield rows[start : start + ROWS_A_SLICE]


def caught_up(tenancy: Tenancy, at: int) -> bool:
    """Move a live world towards the edge's instant by one slice; tell whether it can get no nearer.

    In a world whose time waits for those who wait, what is due at once happens. Time that is held
    stands still, and goes on from there.
    """
    target, cause = tenancy.world.now, Cause.AUTO
    if tenancy.pace.live:
        target, cause = max(target, tenancy.pace.now(at)), Cause.LIVE
    fired = tenancy.advance_to(target, cause, SLICE)
    if fired and not tenancy.kept():
        return True  # what cannot be kept has not happened, and time stands where it stood
    if tenancy.pace.live and tenancy.world.held:
        tenancy.pace = tenancy.pace.anchored(at, tenancy.world.now)
    return len(fired) < SLICE


def settle(tenancy: Tenancy, at: int) -> Iterator[None]:
    """Let happen all that should have happened at the edge's instant."""
    while not caught_up(tenancy, at):
        yield


def advance(
    tenancy: Tenancy, target: int, cause: Cause = Cause.MOVE
) -> Generator[list[Fired], None, None]:
    """Move a world's clock to an instant, giving what happened slice by slice."""
    while True:
        fired = tenancy.advance_to(target, cause, SLICE)
        yield fired
        if len(fired) < SLICE:
            return


class Queued(Protocol):
    """What one caller at a time may work on: the first in its list."""

    turn: list[object]


@contextmanager
def turn(queued: Queued) -> Iterator[Iterator[None]]:
    """Give what to wait on until nobody else moves this world's time or replaces the world."""
    ticket = object()
    queued.turn.append(ticket)

    def waiting() -> Iterator[None]:
        while queued.turn[0] is not ticket:
            yield

    try:
        yield waiting()
    finally:
        queued.turn.remove(ticket)
