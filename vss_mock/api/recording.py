"""Enters calls and their answers in a world's journal, as they are; who reads it spells them."""

from typing import NamedTuple

from vss_mock.api.messages import Call, Reply
from vss_mock.simulator.records import User
from vss_mock.simulator.worlds import Tenancy
from vss_mock.wire.documents import Operation

KEPT_BODY = 64 * 1024
"""How many bytes of a call's or an answer's body are kept; of a longer one its size alone is."""


class Recorded(NamedTuple):
    """One call in a journal, as `enter_call` is told of it.

    `at` is the world's instant when it was answered, in microseconds; `operation` what was called,
    None where that is none; `user` is None where a refused login named nobody. The sizes are None
    where the bodies are whole.
    """

    at: int
    user: User | None
    operation: Operation | None
    call: Call
    reply: Reply
    call_size: int | None = None
    reply_size: int | None = None


def record(
    tenancy: Tenancy, user: User | None, operation: Operation | None, call: Call, reply: Reply
) -> None:
    """Enter a call that reached a world in its journal, at the price of an append."""
    size = len(call.body) + len(reply.body) + len(call.target)
    if size <= KEPT_BODY:
        told = (tenancy.world.now, user, operation, call, reply)
        tenancy.journal.enter_call(size, told)
    else:
        _record_without_long_bodies(tenancy, user, operation, call, reply)


def _record_without_long_bodies(
    tenancy: Tenancy, user: User | None, operation: Operation | None, call: Call, reply: Reply
) -> None:
    sizes = len(call.body), len(reply.body)
    if sizes[0] > KEPT_BODY:
        call = call._replace(body=b"")
    if sizes[1] > KEPT_BODY:
        reply = reply._replace(body=b"")
    size = len(call.body) + len(reply.body) + len(call.target)
    told = (tenancy.world.now, user, operation, call, reply, *sizes)
    tenancy.journal.enter_call(size, told)
