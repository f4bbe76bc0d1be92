"""Ids of tasks: UUIDs that are derived, not stored.

An id holds a request's reference under a mask that only the world's seed opens, so a million tasks
cost no memory and an id is found again without an index.
"""

from hashlib import blake2b
from uuid import UUID

_TAIL = 6


def _digest(seed: int, data: bytes, size: int) -> bytes:
    return blake2b(data, digest_size=size, key=str(seed).encode()[:64]).digest()


def _masked(seed: int, head: bytes, tail: bytes) -> bytes:
    mask = int.from_bytes(_digest(seed, head, _TAIL))
    return (int.from_bytes(tail) ^ mask).to_bytes(_TAIL)


def task_id(seed: int, reference: int) -> str:
    """Return the UUID of the task of a request, by the request's reference (below 2**48)."""
    tail = reference.to_bytes(_TAIL)
    head = UUID(bytes=_digest(seed, tail, 16), version=4).bytes[:-_TAIL]
    return str(UUID(bytes=head + _masked(seed, head, tail)))


def task_reference(seed: int, id: str) -> int | None:
    """Return the reference that `task_id` put into an id, or None if it made no such id."""
    try:
        raw = UUID(id).bytes
    except ValueError:
        return None
    reference = int.from_bytes(_masked(seed, raw[:-_TAIL], raw[-_TAIL:]))
    return reference if task_id(seed, reference) == id else None
