"""Finds out what there is to judge: whether a server answers, who one is there, what time does.

A server whose time a call can move is taken for a mock. One that also gives worlds of one's own is
judged in such worlds, and left as it was; any other is shared with others, and guarded.
"""

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from vss_mock.contract.guard import Guard
from vss_mock.contract.judge import parsed
from vss_mock.contract.pace import Paced, ReadTime, RealTime, offset_of
from vss_mock.contract.patience import Wall
from vss_mock.contract.places import MovableTime, Place, StillTime, Time
from vss_mock.contract.rules import NotObserved
from vss_mock.contract.secrets import Secrets
from vss_mock.contract.traffic import Traffic
from vss_mock.contract.transport import Answer, Http, NoAnswer, Transport
from vss_mock.contract.values import at
from vss_mock.contract.words import DIALECTS, WORDS

CLOCK: Final = "/_mock/clock"
WORLDS: Final = "/_mock/worlds"
POLITE: Final = 5.0
"""Calls a second to a server whose time cannot be moved, unless told otherwise."""
LEAST_PATIENCE: Final = 60.0
"""Seconds to wait in any case for what was made to be gone again."""


class CannotJudge(Exception):
    """There is nothing that could be judged; the message is one sentence that says why."""


class Wanted(NamedTuple):
    """Whom to judge, and what may be done there.

    `wait` is seconds that may be waited for something, 0 for none. `rate` is calls a second, None
    for what suits the server.
    """

    url: str
    token: str | None
    vm: str
    user: str | None = None
    password: str | None = None
    control_token: str | None = None
    allow_writes: bool = False
    wait: float = 0.0
    rate: float | None = None


class Target:
    """A server that can be judged.

    `dialect` is the one that it is judged by, `speaks` the one that the world of the token has, and
    `strangers` the one in which those are answered whom it does not know; None where it tells none.
    """

    def __init__(
        self, wanted: Wanted, wall: Wall, traffic: Traffic, secrets: Secrets, seed: int
    ) -> None:
        """Prepare to reach a server; nothing is sent yet. Raises CannotJudge for a bad URL."""
        self.url = wanted.url.rstrip("/")
        self.secrets = secrets
        self.time: Time = StillTime()
        self.movable = False
        self.worlds = False
        self.dialect = DIALECTS[0]
        self.speaks: str | None = None
        self.strangers: str | None = None
        self.announced: Callable[[str], None] = lambda _: None
        self._wanted = wanted
        self._wall = wall
        self._seed = seed
        self._count = 0
        try:
            self._http = Http(self.url)
        except ValueError as problem:
            raise CannotJudge(str(problem)) from None
        self._raw = traffic.through(self._http)
        self._send: Transport = Paced(self._raw, wall, wanted.rate)
        self._token = wanted.token
        self._place: Place | None = None
        self.guard: Guard | None = None
        for secret in (wanted.token, wanted.control_token):
            secrets.learn(secret)
        secrets.learn(wanted.password, "password", wanted.user)

    @property
    def vm(self) -> str:
        """The name of the machine that may be touched."""
        return self._wanted.vm

    @property
    def control_token(self) -> str | None:
        """The token that the control API wants, if it wants one."""
        return self._wanted.control_token

    @property
    def may_write(self) -> bool:
        """Whether calls may change something in the world that the token opens."""
        return self._wanted.allow_writes

    @property
    def time_passes(self) -> bool:
        """Whether time can be moved or waited for in the world that the token opens."""
        return bool(self._wanted.wait) or (self.movable and self._wanted.allow_writes)

    @property
    def how_time_passes(self) -> str:
        """What time does there, in words."""
        if self.movable:
            return f"moved by {CLOCK}"
        return "waited for" if self._wanted.wait else "not moved"

    @property
    def headers(self) -> dict[str, str]:
        """The headers of a call by the user."""
        return {"Authorization": f"Bearer {self._token}"}

    def open(self) -> None:
        """Find out what there is. Raises CannotJudge."""
        try:
            self._log_in()
            me = self._check_token()
            self._find_time(me)
            self._find_machine(at(parsed(me), "/data/username"))
        except NoAnswer as problem:
            reason = str(problem).partition(": ")[2] or str(problem)
            raise CannotJudge(f"no server can be reached at {self.url}: {reason}") from problem

    def find_dialect(self) -> str | None:
        """Return the dialect of the world that the token opens, None where the server tells none.

        Where there is no answer at all, `open` says so.
        """
        with suppress(NoAnswer):
            self._list_worlds()
        return self.speaks

    def _list_worlds(self) -> None:
        """See whether there are worlds to be had, and what they speak."""
        answer = self._send("GET", WORLDS, "", self._control(), None)
        listed = at(parsed(answer), "/worlds")
        self.worlds = answer.status == 200 and isinstance(listed, list)
        if not self.worlds:
            return
        told = [world for world in listed if at(world, "/dialect") in DIALECTS]
        if told:
            default = next((world for world in told if at(world, "/name") == "default"), told[0])
            mine = next((world for world in told if self._is_in(world)), default)
            self.strangers, self.speaks = default["dialect"], mine["dialect"]

    def _is_in(self, world: Any) -> bool:
        """Tell whether one is a user of a world."""
        users, wanted = at(world, "/users"), self._wanted
        name, key = ("login", wanted.user) if wanted.token is None else ("token", wanted.token)
        return isinstance(users, list) and any(at(user, f"/{name}") == key for user in users)

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def alive(self) -> bool:
        """Tell whether the server still answers."""
        try:
            self._raw("GET", "/v2/", "", self.headers, None)
        except OSError:
            return False
        return True

    def _log_in(self) -> None:
        """Log in by name and password, where they are given, to see that it works."""
        wanted = self._wanted
        if wanted.user is None:
            if wanted.token is None:
                raise CannotJudge("there is nothing to log in with: give --token")
            return
        basic = base64.b64encode(f"{wanted.user}:{wanted.password or ''}".encode()).decode()
        headers = {"Authorization": f"Basic {basic}"}
        answer = self._send("POST", "/auth/request-token", "", headers, None)
        if answer.status in {401, 403}:
            raise CannotJudge(f"login refused: {self.url} does not let {wanted.user!r} in")
        token = at(parsed(answer), "/token")
        if self._token is None and isinstance(token, str):
            self._token = token
            self.secrets.learn(token)
        if self._token is None:
            raise CannotJudge(f"login answered {answer.status} without a token")

    def _check_token(self) -> Answer:
        answer = self._send("GET", "/v2/user", "", self.headers, None)
        if answer.status in {401, 403}:
            raise CannotJudge(
                f"login refused: {self.url} does not take the token ({answer.status})"
            )
        return answer

    def _find_time(self, me: Answer) -> None:
        """See whether time can be moved there, and whether there are worlds to be had."""
        control = self._control()
        answer = self._send("GET", CLOCK, "", control, None)
        if answer.status == 401 and "x-vss-mock" in answer.headers:
            raise CannotJudge(f"{self.url}{CLOCK} wants another --control-token")
        self.movable = answer.status == 200 and isinstance(at(parsed(answer), "/now"), str)
        if self.movable:
            moved: Time = MovableTime(self._send, CLOCK, control)
            self.time = moved if self._wanted.allow_writes else ReadTime(moved)
            self._list_worlds()
            return
        if self._wanted.rate is None:
            self._send = Paced(self._raw, self._wall, POLITE)
        if self._wanted.wait:
            self.time = RealTime(self._wall, offset_of(me, self._wall), self._wanted.wait)

    def _control(self) -> dict[str, str]:
        token = self._wanted.control_token
        return {} if token is None else {"Authorization": f"Bearer {token}"}

    def _find_machine(self, username: Any) -> None:
        """Find the machine by its name. Raises CannotJudge if there is none of it."""
        name = self._wanted.vm
        listed, uuid = False, None
        for query in (f"name={quote(name)}", ""):
            answer = self._send("GET", "/v2/vm", query, self.headers, None)
            rows = at(parsed(answer), "/data")
            listed = answer.status == 200 and isinstance(rows, list)
            found = rows if listed else []
            named = [at(row, "/uuid") for row in found if at(row, "/name") == name]
            uuid = next((one for one in named if isinstance(one, str)), None)
            if uuid is not None:
                self._place = self._shared(uuid, username if isinstance(username, str) else None)
                return
        if listed:
            raise CannotJudge(f"no such VM: {self.url} shows no machine named {name!r}")
        if not self.worlds:
            raise CannotJudge(f"{self.url} does not list its machines as it should")

    def _shared(self, uuid: str, username: str | None) -> Place:
        wanted = self._wanted
        self.guard = Guard(
            self._send,
            uuid,
            wanted.vm,
            self.headers,
            writes=wanted.allow_writes,
            announce=self._announce,
            words=WORDS[self.dialect],
        )
        names = {"url": self.url, "token": self._token, "vm": uuid, "vm_name": wanted.vm}
        if username is not None:
            names["username"] = username
        if wanted.user is not None:
            names |= {"login": wanted.user, "password": wanted.password or ""}
        return Place(self.guard, self.url, names, self.time, own=False)

    def _announce(self, told: str) -> None:
        self.announced(told)

    def given(self) -> Place:
        """Return the world that the token opens.

        Raises NotObserved if its machine is not shown, or if it speaks another dialect.
        """
        if self._place is None:
            raise NotObserved("the server does not list its machines")
        if self.speaks not in {None, self.dialect}:
            raise NotObserved(f"the world of the token speaks {self.speaks}")
        return self._place

    def tidy(self) -> list[str]:
        """Undo what was made in the shared world; return what is left, in sentences."""
        if self.guard is None:
            return []
        patience = max(self._wanted.wait, LEAST_PATIENCE)
        time = self.time
        if not self.movable:
            time = RealTime(self._wall, timedelta(), patience)
        return self.guard.tidy(time, patience)

    @contextmanager
    def fresh(self, settings: Mapping[str, Any]) -> Iterator[Place]:
        """Give a world that nobody else uses, and delete it after. Raises NotObserved for none."""
        if not self.worlds:
            raise NotObserved("it takes a world of its own, and the server has none to give")
        made = self._make({"clock": "frozen", "dialect": self.dialect, **settings})
        path = f"{WORLDS}/{made['name']}"
        try:
            time = MovableTime(self._send, f"{path}/clock", self._control())
            yield Place(self._send, self.url, _names(self.url, made), time, own=True)
        finally:
            with suppress(OSError):
                self._send("DELETE", path, "", self._control(), None)

    def _make(self, settings: Mapping[str, Any]) -> Any:
        """Make a world under a name that follows from the seed, or under any."""
        self._count += 1
        named = {**settings, "name": f"contract-{self._seed}-{self._count}"}
        headers = {"Content-Type": "application/json", **self._control()}
        answer = self._send("POST", WORLDS, "", headers, json.dumps(named).encode())
        if answer.status == 409:
            answer = self._send("POST", WORLDS, "", headers, json.dumps(settings).encode())
        made = parsed(answer)
        if answer.status != 201 or not isinstance(at(made, "/vms/0/uuid"), str):
            raise NotObserved(f"the server gave no world of its own ({answer.status})")
        for user in made["users"]:
            self.secrets.learn(user["token"])
        return made


def _names(url: str, made: Any) -> dict[str, Any]:
    """Return what `{name}` stands for in a world that was made."""
    user, machine = made["users"][0], made["vms"][0]
    tokens = {f"{one['username']}_token": one["token"] for one in made["users"]}
    return tokens | {
        "url": url,
        "token": user["token"],
        "username": user["username"],
        "login": user["login"],
        "password": user["password"],
        "vm": machine["uuid"],
        "vm_name": machine["name"],
        "vms": made["vms"],
        "users": made["users"],
    }
