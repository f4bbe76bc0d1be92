"""Recorded calls in the words of wire/, and the secrets that nobody may be told of them."""

from collections.abc import Generator

from vss_mock.api.messages import Manner
from vss_mock.api.pacing import slices
from vss_mock.api.recording import Recorded
from vss_mock.simulator.worlds import DEFAULT, Tenancy
from vss_mock.wire.hiding import Holder, Secrets
from vss_mock.wire.traffic import Exchange, Message


def secrets_of(tenancy: Tenancy) -> Generator[None, None, Secrets]:
    """Return the secrets of a world; others may be served while many users are gone through."""
    secrets = Secrets(tenancy.journal.tokens)
    for part in slices(holders(tenancy)):
        secrets.learn(part)
        yield
    return secrets


def exchange(told: Recorded) -> Exchange:
    """Return a recorded call in the words of wire/."""
    call, reply = told.call, told.reply
    headers = {"Content-Type": call.content_type, "Origin": call.origin}
    asked_size = len(call.body) if told.call_size is None else told.call_size
    answered_size = len(reply.body) if told.reply_size is None else told.reply_size
    return Exchange(
        at=told.at,
        operation=None if told.operation is None else told.operation.id,
        username=None if told.user is None else told.user.username,
        method=call.method,
        base=call.base,
        target=call.target,
        authorization=call.authorization,
        asked=Message({k: v for k, v in headers.items() if v is not None}, call.body, asked_size),
        status_code=reply.status_code,
        answered=Message(reply.headers, reply.body, answered_size),
        ending=(reply.manner or Manner()).ending.value,
        faults=(reply.manner or Manner()).faults,
    )


def holders(tenancy: Tenancy) -> list[Holder]:
    """Return who may log in to a world, in the order of its users."""
    endings = ("", f"@{DEFAULT}") if tenancy.name == DEFAULT else (f"@{tenancy.name}",)
    return [
        Holder(
            user.username,
            tuple(f"{user.username}{ending}" for ending in endings),
            user.password,
            tenancy.tokens[user.username],
        )
        for user in tenancy.world.users.values()
    ]
