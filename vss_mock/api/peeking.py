"""Reads that are no calls: what would be answered now, with nothing of the world touched.

No fault strikes, no limit counts, the journal does not grow, and nobody is taken for one who waits.
"""

from collections.abc import Generator
from copy import copy

from vss_mock.api.house import House
from vss_mock.api.messages import Call
from vss_mock.api.pacing import SLICE, settle
from vss_mock.api.recording import KEPT_BODY, Recorded
from vss_mock.simulator.clock import Mode, Pace
from vss_mock.simulator.records import User
from vss_mock.simulator.worlds import Tenancy


def peek(
    house: House, call: Call, tenancy: Tenancy, user: User, target: str
) -> Generator[None, None, Recorded]:
    """Return what a GET of a target by a user would be answered, as a call recorded.

    `call` is the control call that asks. A world whose clock runs is brought up to date first, as
    time goes by anyway. Raises Refusal for what is no target of the API.
    """
    found = house.paths.read(target)
    made = Call(
        "GET",
        *found,
        authorization=(f"Bearer {tenancy.tokens[user.username]}",),
        base=call.base,
        at=call.at,
        client=call.client,
        target=target,
    )
    still = yield from _still(tenancy, call)
    operation, reply = yield from house.answered(made, still, user)
    size = len(reply.body)
    if size > KEPT_BODY:
        reply = reply._replace(body=b"")
    return Recorded(still.world.now, user, operation, made, reply, None, size)


def _still(tenancy: Tenancy, call: Call) -> Generator[None, None, Tenancy]:
    """Return a world as a call would find it, to be looked at and not to be touched.

    Where time waits for those who wait, a call first lets happen what is due at once. Here that
    happens in a fork that is thrown away.
    """
    if tenancy.pace.live:
        yield from settle(tenancy, call.at)
    still = copy(tenancy)
    still.pace, still.trail = Pace(), None
    due = still.world.next_due()
    if tenancy.pace.mode is Mode.AUTO and due is not None and due.at <= still.world.now:
        still.world = still.world.fork()
        while len(still.world.advance_to(still.world.now, SLICE)) == SLICE:
            yield
    return still
