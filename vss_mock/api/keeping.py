"""Keeping what calls change: before an answer leaves, and before others are served in between.

What cannot be kept is undone, and the call that wanted it is refused; a read is answered as things
stand. Only a house that has a keeper comes here.
"""

from collections.abc import Callable, Iterator

from vss_mock.api.messages import Reply, Steps
from vss_mock.simulator.clock import SECOND
from vss_mock.simulator.errors import NotKept
from vss_mock.simulator.trail import Unkept
from vss_mock.simulator.worlds import Worlds

BY_AND_BY = SECOND
"""How far, in the edge's time, a clock that runs gets ahead of where it was last kept."""
CLOCKS_A_SLICE = 100
"""How many clocks are kept between two looks at other clients."""

Refuse = Callable[[NotKept], Reply]


def kept(unkept: Unkept, reply: Reply, refuse: Refuse, *, reads: bool) -> Reply:
    """Return a reply once what its call has changed is kept, or a refusal of the call.

    `reads` says that the call asks for nothing to be changed.
    """
    try:
        unkept.keep()
    except NotKept as problem:
        return reply if reads else refuse(problem)
    return reply


def kept_steps(unkept: Unkept, steps: Steps, refuse: Refuse, *, reads: bool) -> Steps:
    """Take a long reply's steps, keeping what each has changed before others are served.

    What cannot be kept is undone, and NotKept is raised where the steps were about to pause: what
    went before them stays.
    """
    stands: int | None = None
    problem: NotKept | None = None

    def told(error: NotKept) -> NotKept:
        return NotKept(error.why, stands)

    try:
        while True:
            failed, problem = problem, None
            try:
                if failed is None:
                    next(steps)
                else:
                    steps.throw(failed)
            except StopIteration as done:
                last: Reply = done.value
                return kept(unkept, last, lambda error: refuse(told(error)), reads=reads)
            trails = unkept.trails
            try:
                if unkept.keep() and trails:
                    stands = trails[0].tenancy.world.now
            except NotKept as error:
                problem = told(error)
            else:
                yield
    except Exception:
        unkept.undo()
        raise
    finally:
        steps.close()


def keep_clocks(worlds: Worlds, unkept: Unkept) -> Iterator[None]:
    """Keep where the clocks that run stand; others may be served at each yield."""
    ahead = [tenancy for tenancy in worlds if tenancy.ahead]
    for start in range(0, len(ahead), CLOCKS_A_SLICE):
        for tenancy in ahead[start : start + CLOCKS_A_SLICE]:
            tenancy.changing()
        try:
            unkept.keep()
        except NotKept:
            return
        yield
