"""Refusals: which error is which status code, and the sentence it says. One table.

Every answer that is not a success is `{"status", "error", "message"}`, with `parameters` where
members of the call are at fault (shape: client, pyvss 0.3.1; the sentences are this mock's own).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from vss_mock.simulator import errors
from vss_mock.simulator.clock import iso
from vss_mock.simulator.lifecycle import MAXIMUM_HOURS

PHRASES: Mapping[int, str] = {
    400: "bad request",
    401: "unauthorized",
    403: "forbidden",
    404: "not found",
    405: "method not allowed",
    408: "request timeout",
    409: "conflict",
    413: "content too large",
    415: "unsupported media type",
    421: "misdirected request",
    429: "too many requests",
    431: "request header fields too large",
    500: "internal server error",
    502: "bad gateway",
    503: "service unavailable",
}
"""Every status code of a refusal; 409 is the control API's alone, 500 and 502 those of faults."""


class Refusal(Exception):
    """A refused call: a status code, a sentence, the members at fault, headers that go with it."""

    def __init__(
        self,
        status_code: int,
        message: str,
        *,
        parameters: Sequence[str] = (),
        headers: Mapping[str, str] | None = None,
        error: str | None = None,
    ) -> None:
        super().__init__(status_code, message)
        self.status_code = status_code
        self.message = message
        self.parameters = parameters
        self.headers = headers or {}
        self.error = error or PHRASES[status_code]

    @property
    def document(self) -> dict[str, Any]:
        """The body of the answer."""
        document: dict[str, Any] = {
            "error": self.error,
            "message": self.message,
            "status": self.status_code,
        }
        if self.parameters:
            document["parameters"] = list(self.parameters)
        return document


CHALLENGE: Mapping[str, str] = {"WWW-Authenticate": 'Basic realm="VSS"'}
"""What goes with every 401 of the API."""


def expired() -> Refusal:
    """Return what is answered to a token that has expired."""
    return Refusal(401, "the token has expired: log in again", headers=CHALLENGE)


_SENTENCES: Mapping[type[errors.SimulatorError], tuple[int, Callable[[Any], str]]] = {
    errors.UnknownVirtualMachine: (404, lambda e: f"no virtual machine {short(e.uuid)}"),
    errors.HiddenVirtualMachine: (
        403,
        lambda e: f"user {e.user} may not see virtual machine {e.uuid}",
    ),
    errors.UnknownPlace: (404, lambda e: f"no {e.what} {short(e.moref)}"),
    errors.UnknownGroup: (404, lambda e: f"no group {e.id}, or not one of yours"),
    errors.UnknownMessage: (404, lambda e: f"no message {e.id}"),
    errors.UnknownSnapshot: (404, lambda e: f"virtual machine {e.vm} has no snapshot {e.snapshot}"),
    errors.UnknownRequest: (404, lambda e: f"no {e.kind} request {e.id}"),
    errors.UnknownTask: (404, lambda e: f"no task {short(e.id)}"),
    errors.NotExtendable: (
        400,
        lambda e: f"request {e.id} is not waiting for its snapshot's deletion: it is {e.state}",
    ),
    errors.NotScheduled: (
        400,
        lambda e: f"change request {e.id} is not waiting for a date of its own: it is {e.state}",
    ),
    errors.NotRetryable: (
        400,
        lambda e: f"change request {e.id} has not failed, so it cannot be retried: it is {e.state}",
    ),
    errors.ExtensionsUsedUp: (
        400,
        lambda e: f"request {e.id} was extended {e.limit} times already, which is the most allowed",
    ),
    errors.BadDuration: (400, lambda e: f"{e.hours} hours is not between 1 and {MAXIMUM_HOURS}"),
    errors.TimeRunsForward: (
        409,
        lambda e: f"time runs forward, and it is {iso(e.now)} already",
    ),
    errors.OutOfTime: (400, lambda _: "that instant lies outside the years 1 to 9999"),
    errors.LimitReached: (429, lambda e: f"there are {e.limit} {e.what} already, the most allowed"),
    errors.DuplicateName: (400, lambda e: f"two would have the {e.what} {short(e.name)}"),
    errors.UnknownFault: (404, lambda e: f"no fault {e.id}"),
    errors.UnknownHold: (404, lambda e: f"no hold {e.id}"),
    errors.NothingHeld: (409, lambda e: f"hold {e.id} holds no event back now"),
    errors.UnknownWorld: (404, lambda e: f"no world {short(e.name)}"),
    errors.WorldExists: (409, lambda e: f"there is a world {e.name} already"),
    errors.WorldIsPermanent: (409, lambda e: f"the world {e.name} can be reset, not deleted"),
    errors.NotKept: (503, lambda e: f"the state could not be saved ({e.why}){_stands(e.stands)}"),
    errors.MalformedInstant: (400, lambda e: f"{short(str(e.text))} is no instant"),
    errors.MalformedDump: (400, lambda e: e.why),
    errors.TokenTaken: (409, lambda e: f"the token of user {e.user} opens another world already"),
}


def _stands(stands: int | None) -> str:
    """Say what became of a call that was to change something which could not be saved."""
    if stands is None:
        return ": nothing was changed"
    return f": time stands at {iso(stands)}, and what was done until then is saved"


def refusal(error: errors.SimulatorError) -> Refusal:
    """Return what is answered to an error of the simulator."""
    status_code, sentence = _SENTENCES[type(error)]
    return Refusal(status_code, sentence(error))


def short(text: str) -> str:
    """Return a text as it is quoted in a sentence: whole if short, printable, in quotes."""
    return repr(text if len(text) <= 80 else text[:79] + "…")
