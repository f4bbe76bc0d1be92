"""What the simulator refuses, as exceptions that carry data.

No status codes and no sentences for clients: `wire/problems.py` finds the words.
"""

from typing import Any


class SimulatorError(Exception):
    """The root of every refusal; its arguments are its data."""


class UnknownVirtualMachine(SimulatorError):
    """No virtual machine has this uuid."""

    def __init__(self, uuid: str) -> None:
        super().__init__(uuid)
        self.uuid = uuid


class HiddenVirtualMachine(SimulatorError):
    """The virtual machine exists, but this user may not see it."""

    def __init__(self, uuid: str, user: str) -> None:
        super().__init__(uuid, user)
        self.uuid = uuid
        self.user = user


class UnknownPlace(SimulatorError):
    """The world has no place of this kind (a folder, a network, a domain) and moref."""

    def __init__(self, what: str, moref: str) -> None:
        super().__init__(what, moref)
        self.what = what
        self.moref = moref


class UnknownGroup(SimulatorError):
    """The world has no group with this id, or the user is not in it."""

    def __init__(self, id: int) -> None:
        super().__init__(id)
        self.id = id


class UnknownMessage(SimulatorError):
    """The user has no message with this id."""

    def __init__(self, id: int) -> None:
        super().__init__(id)
        self.id = id


class UnknownSnapshot(SimulatorError):
    """The virtual machine has no such snapshot, or has it no more."""

    def __init__(self, vm: str, snapshot: int) -> None:
        super().__init__(vm, snapshot)
        self.vm = vm
        self.snapshot = snapshot


class UnknownRequest(SimulatorError):
    """The user has no request with this id; another user's request counts as unknown."""

    def __init__(self, kind: str, id: int) -> None:
        super().__init__(kind, id)
        self.kind = kind
        self.id = id


class UnknownTask(SimulatorError):
    """The user has no task with this id."""

    def __init__(self, id: str) -> None:
        super().__init__(id)
        self.id = id


class NotExtendable(SimulatorError):
    """The request does not wait for its snapshot's deletion; `state` is where it is instead."""

    def __init__(self, id: int, state: Any) -> None:
        super().__init__(id, state)
        self.id = id
        self.state = state


class ExtensionsUsedUp(SimulatorError):
    """The request was extended `limit` times already."""

    def __init__(self, id: int, limit: int) -> None:
        super().__init__(id, limit)
        self.id = id
        self.limit = limit


class NotScheduled(SimulatorError):
    """The change does not wait for a date; `state` is where the request is."""

    def __init__(self, id: int, state: Any) -> None:
        super().__init__(id, state)
        self.id = id
        self.state = state


class NotRetryable(SimulatorError):
    """The change has not failed, so that it cannot be tried again; `state` is where it is."""

    def __init__(self, id: int, state: Any) -> None:
        super().__init__(id, state)
        self.id = id
        self.state = state


class BadDuration(SimulatorError):
    """A life span or extension of so many hours is not offered."""

    def __init__(self, hours: int) -> None:
        super().__init__(hours)
        self.hours = hours


class NoTransition(SimulatorError):
    """The life cycle has no such step; seen only where a caller skipped a check."""

    def __init__(self, job: Any, state: Any, event: Any) -> None:
        super().__init__(job, state, event)
        self.job = job
        self.state = state
        self.event = event


class TimeRunsForward(SimulatorError):
    """The clock was asked to go back; both instants in microseconds since 1970."""

    def __init__(self, now: int, asked: int) -> None:
        super().__init__(now, asked)
        self.now = now
        self.asked = asked


class OutOfTime(SimulatorError):
    """The instant lies outside the years that a clock can show."""

    def __init__(self, asked: int) -> None:
        super().__init__(asked)
        self.asked = asked


class MalformedInstant(SimulatorError):
    """The text is not an instant as a dump spells it."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class MalformedDump(SimulatorError):
    """The document is not a dump of a world, or of a version that is not known here."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class LimitReached(SimulatorError):
    """The world, or the house, holds as many of these as it may."""

    def __init__(self, what: str, limit: int) -> None:
        super().__init__(what, limit)
        self.what = what
        self.limit = limit


class DuplicateName(SimulatorError):
    """Two things of one world would bear the same name, uuid or moref."""

    def __init__(self, what: str, name: str) -> None:
        super().__init__(what, name)
        self.what = what
        self.name = name


class UnknownFault(SimulatorError):
    """The world has no fault of this id."""

    def __init__(self, id: int) -> None:
        super().__init__(id)
        self.id = id


class UnknownHold(SimulatorError):
    """The world has no hold of this id."""

    def __init__(self, id: int) -> None:
        super().__init__(id)
        self.id = id


class NothingHeld(SimulatorError):
    """This hold does not hold an event back now: it is not due yet, or another hold is first."""

    def __init__(self, id: int) -> None:
        super().__init__(id)
        self.id = id


class UnknownWorld(SimulatorError):
    """No world has this name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class WorldExists(SimulatorError):
    """A world of this name is already there."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class WorldIsPermanent(SimulatorError):
    """The default world can be reset, but not deleted."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class TokenTaken(SimulatorError):
    """A fixed token already opens another world; `user` is who was to have it."""

    def __init__(self, user: str) -> None:
        super().__init__(user)
        self.user = user
