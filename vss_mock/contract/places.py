"""Where a walk takes place: how to reach the server, who is who there, and what time does."""

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from vss_mock.contract.rules import NotObserved
from vss_mock.contract.sent import Sent
from vss_mock.contract.transport import Answer, Transport

Jump = Mapping[str, Any]
"""`{"advance": WHILE}` or `{"advance_to": MOMENT}`, as schemas/common/scenario.json describes."""


class Time(Protocol):
    """A server's time."""

    @property
    def patience(self) -> float:
        """Seconds that a call may be repeated until it is answered as expected; 0 for once."""

    def now(self) -> datetime:
        """Return when it is there, with its zone."""

    def jump(self, how: Jump) -> tuple[Sent, Answer] | None:
        """Let time pass, and all that is due happen; return the call that did it, if one did.

        Raises NotObserved where time cannot be made to pass, OSError where there is no answer.
        """

    def wait(self, seconds: float) -> None:
        """Wait a little before a call is repeated; does nothing where patience is 0."""


class Place(NamedTuple):
    """A world of a server, and a user of it.

    `names` are what `{name}` stands for; it has at least url, token, username, vm (a uuid) and
    vm_name; mostly also login, password, and `<user>_token` for each further user. `own` tells
    whether the world is nobody else's, so that anything may be done there.
    """

    transport: Transport
    url: str
    names: Mapping[str, Any]
    time: Time
    own: bool


class Places(Protocol):
    """Gives places to walk in."""

    def fresh(self, settings: Mapping[str, Any]) -> AbstractContextManager[Place]:
        """Give a world that nobody else uses, as schemas/common/world.json describes it.

        Raises NotObserved where the server has none to give.
        """


class MovableTime:
    """Time that a call moves, at the path of a clock."""

    patience = 0.0

    def __init__(
        self, transport: Transport, path: str, headers: Mapping[str, str] | None = None
    ) -> None:
        self._transport = transport
        self.path = path
        self._headers = dict(headers or {})

    def now(self) -> datetime:
        """Return when it is there. Raises OSError, or ValueError if no clock answers."""
        answer = self._transport("GET", self.path, "", self._headers, None)
        return datetime.fromisoformat(json.loads(answer.body)["now"])

    def jump(self, how: Jump) -> tuple[Sent, Answer]:
        """Move the clock."""
        body = json.dumps(how).encode()
        headers = {"Content-Type": "application/json", **self._headers}
        sent = Sent("POST", self.path, body=body)
        return sent, self._transport("POST", self.path, "", headers, body)

    def wait(self, seconds: float) -> None:
        """Do nothing: what is due has happened."""


class StillTime:
    """Time that nobody moves and nobody waits for."""

    patience = 0.0

    def now(self) -> datetime:
        """Raise NotObserved."""
        raise NotObserved("the server's time cannot be read")

    def jump(self, how: Jump) -> tuple[Sent, Answer] | None:  # noqa: ARG002  # as others have it
        """Raise NotObserved."""
        raise NotObserved("time cannot be moved there (--wait lets it pass)")

    def wait(self, seconds: float) -> None:
        """Do nothing."""
