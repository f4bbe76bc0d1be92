"""The mock inside another program: a server in a thread, and handles on its worlds.

A handle makes short blocking calls over HTTP, so that it works the same from synchronous code and
inside any event loop, and for a mock that runs elsewhere. Importing this loads no aiohttp.
"""

import asyncio
import json
import threading
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Self

from vss_mock import naming
from vss_mock.client import Client
from vss_mock.events import Due, Fired, due, fired
from vss_mock.recorded import Journal
from vss_mock.saved_files import read_saved, write_saved
from vss_mock.testbench import AnyMachine, Fault, Faults, Hold, HoldableEvent, Holds, plain, seconds

if TYPE_CHECKING:
    from vss_mock.api.service import Service
    from vss_mock.http_limits import Limits
    from vss_mock.server import Running
    from vss_mock.store import Store

__all__ = [
    "Account",
    "Background",
    "Due",
    "Entry",
    "Fault",
    "Faults",
    "Fired",
    "Hold",
    "Holds",
    "Journal",
    "Machine",
    "Mock",
    "World",
    "WorldClock",
    "create_world",
]

CONTROL = "/_mock"
JOIN = 10.0
"""Seconds to wait for a stopped server's thread; it ends by itself within 5."""


class Machine(NamedTuple):
    """A virtual machine, as tests name it."""

    name: str
    uuid: str
    moref: str


class Account(NamedTuple):
    """A user: `login` and `password` get a token at /auth/request-token, `token` is a fixed one."""

    username: str
    login: str
    password: str
    token: str

    @property
    def headers(self) -> dict[str, str]:
        """The headers of a call by this user."""
        return {"Authorization": f"Bearer {self.token}"}


class Entry(NamedTuple):
    """An event that happened: its number, what let it happen (move, live, auto), and itself."""

    number: int
    cause: str
    fired: Fired


class WorldClock:
    """The clock of one world. What moves it returns what happened meanwhile, in order."""

    def __init__(self, client: Client, path: str) -> None:
        self._client = client
        self._path = path

    @property
    def now(self) -> datetime:
        """When it is, in UTC."""
        return datetime.fromisoformat(self._read()["now"])

    @property
    def local(self) -> datetime:
        """When it is, in Toronto."""
        return datetime.fromisoformat(self._read()["local"])

    @property
    def next(self) -> Due | None:
        """The next event, None if nothing waits."""
        document = self._read()["next"]
        return None if document is None else due(document)

    @property
    def held(self) -> Due | None:
        """The event that a hold holds back, so that time stands at its instant; None if none."""
        document = self._read()["held"]
        return None if document is None else due(document["due"])

    @property
    def task_seconds(self) -> float:
        """How many seconds of the world work takes, In Progress meanwhile; 0 for none.

        It may be set, to a timedelta too, for work that begins from then on.
        """
        lasts: float = self._read()["task_seconds"]
        return lasts

    @task_seconds.setter
    def task_seconds(self, lasts: float | timedelta) -> None:
        self._move({"task_seconds": seconds(lasts)})

    @property
    def mode(self) -> str:
        """Whether it is "frozen", "live" or "auto"."""
        return str(self._read()["mode"])

    def advance(
        self,
        duration: str | float | timedelta | None = None,
        *,
        days: float = 0,
        hours: float = 0,
        minutes: float = 0,
        seconds: float = 0,
    ) -> list[Fired]:
        """Move on by a duration: "10h", "1d6h", "90m", a number of seconds, or in words.

        Raises ControlError for a duration the mock does not take, such as a negative one.
        """
        words = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        if duration is None:
            duration = words
        elif words:
            raise TypeError("give either a duration or its parts by name, not both")
        if isinstance(duration, timedelta):
            duration = duration.total_seconds()
        return self._move({"advance": duration})

    def advance_to(self, instant: datetime | str) -> list[Fired]:
        """Move on to an instant; without an offset it is Toronto's time.

        Raises ControlError for one in the past.
        """
        text = instant.isoformat() if isinstance(instant, datetime) else instant
        return self._move({"advance_to": text})

    def step(self, count: int = 1) -> list[Fired]:
        """Move on to the `count`-th next event; all of that instant has happened then."""
        return self._move({"step": count})

    def freeze(self) -> list[Fired]:
        """Stop a running clock where it is."""
        return self._move({"mode": "frozen"})

    def live(self, rate: float = 1.0) -> list[Fired]:
        """Let the clock run from where it is, `rate` seconds a second."""
        return self._move({"mode": "live", "rate": rate})

    def auto(self) -> list[Fired]:
        """Let it go to the date of a request that waits when it is asked for a second time."""
        return self._move({"mode": "auto"})

    def _read(self) -> Any:
        return self._client.get(self._path)

    def _move(self, document: Mapping[str, Any]) -> list[Fired]:
        answer = self._client.post(self._path, document)
        return [fired(document) for document in answer["fired"]]


class World:
    """A world of a running mock. As a context manager it is deleted at the end.

    `url` is what paths such as /v2/vm come after; `users` and `vms` are in the order of the world's
    file; `user` and `vm` are the first of them. `faults` are what goes wrong in it, `holds` what is
    to wait; `journal` tells, and asserts, what was asked of it. `made` has the worlds made from
    this one, and from those.
    """

    def __init__(self, client: Client, document: Mapping[str, Any]) -> None:
        self._hold(client, document)

    def _hold(self, client: Client, document: Mapping[str, Any]) -> None:
        self._client = client
        self.made: list[World] = []
        self._tell(document)
        self._path = f"{CONTROL}/worlds/{self.name}"
        self._names = naming.beside(self.name)
        self.clock = WorldClock(client, f"{self._path}/clock")
        self.faults = Faults(client, f"{self._path}/faults")
        self.holds = Holds(client, f"{self._path}/holds")
        self.journal = Journal(lambda: client.get(f"{self._path}/journal"))

    def _tell(self, document: Mapping[str, Any]) -> None:
        self.name: str = document["name"]
        self.dialect: str = document["dialect"]
        self.seed: int = document["seed"]
        self.url: str = document["base_url"]
        self.users = tuple(Account(**user) for user in document["users"])
        self.vms = tuple(Machine(**vm) for vm in document["vms"])

    @property
    def user(self) -> Account:
        """The first user, whose `login`, `password` and `token` this world has too."""
        return self.users[0]

    @property
    def username(self) -> str:
        """What the first user logs in as."""
        return self.user.login

    @property
    def password(self) -> str:
        """The first user's password."""
        return self.user.password

    @property
    def token(self) -> str:
        """The first user's fixed token, which opens this world."""
        return self.user.token

    @property
    def headers(self) -> dict[str, str]:
        """The headers of a call by the first user."""
        return self.user.headers

    @property
    def vm(self) -> Machine:
        """The first virtual machine."""
        return self.vms[0]

    def state(self) -> dict[str, Any]:
        """Return all there is in the world, as one document that is the same for the same world."""
        document: dict[str, Any] = self._client.get(f"{self._path}/state")
        return document

    def saved(self) -> dict[str, Any]:
        """Return the whole world as one document, as it is and as it began, to be loaded again."""
        document: dict[str, Any] = self._client.get(f"{self._path}/saved")
        return document

    def save(self, file: str | Path) -> None:
        """Write the whole world to a file; raise OSError, and leave what was there as it was."""
        write_saved(file, self.saved())

    def load(self, saved: Mapping[str, Any] | str | Path) -> None:
        """Become what was saved, a file or its content; a reset goes back to its beginning.

        Raises ControlError for what is no saved world, or no whole one, and OSError and ValueError
        for a file that cannot be read; then nothing has changed.
        """
        self._tell(_put(self._client, self.name, saved))

    def events(self, since: int = 0) -> list[Entry]:
        """Return what has happened since the world began, after the event of a number."""
        journal = self._client.get(f"{self._path}/journal?since={since}")
        return [
            Entry(entry["number"], entry["cause"], fired(entry["event"]))
            for entry in journal["entries"]
            if entry["kind"] == "event"
        ]

    def hold(
        self,
        event: HoldableEvent | None = None,
        *,
        request: int | None = None,
        vm: str | AnyMachine | None = None,
        kind: Literal["snapshot", "change"] | None = None,
    ) -> Hold:
        """Let time stop right before an event: the first that is as the arguments say.

        Without any it is the next event, whatever it is. Raises ControlError for a machine that is
        not there.
        """
        return self.holds.add(event, request=request, vm=vm, kind=kind)

    def reset(self) -> None:
        """Put the world back to its beginning."""
        self._client.post(f"{self._path}/reset")

    def fork(self, name: str | None = None) -> "World":
        """Return a new world that begins as this one is now."""
        wanted = {} if name is None else {"name": name}
        return self._make(World(self._client, self._client.post(f"{self._path}/fork", wanted)))

    def world(self, **settings: Any) -> "World":
        """Return a new world of the same mock. Settings are the members of a world file.

        They are name, dialect, clock, rate, start, seed, users, vms, history, task_seconds, faults
        and holds, and what else a world file may have; all may be left out, the name is then this
        world's with a number. Or `saved`, a file or its content, which has all of them but the
        name. Raises ControlError for those that make no world.
        """
        names = None if "name" in settings else self._names
        return self._make(create_world(self._client, settings, names))

    def _make(self, world: "World") -> "World":
        world.made = self.made
        self.made.append(world)
        return world

    def delete(self) -> None:
        """Delete the world. Raises ControlError for the default world, which stays."""
        self._client.delete(self._path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.delete()


class Mock(World):
    """A mock of one's own: a server in a thread on a free port of this machine, and its world.

    `with Mock() as vss:` or `start()` and `stop()`. `world` is a world file's path or content, None
    for the demo world; the other settings stand above it. It may be a saved world, of which only
    `clock` and `rate` can be told otherwise. `start` is ISO 8601 or a datetime, Toronto's where it
    has no offset. With a `control_token`, calls under /_mock/ must bear it.

    With `state`, a folder, all worlds are kept there and found there by the next mock: what
    describes the default world counts only while the folder is new.

    Raises BadSettings (a ValueError) when made of what makes no world, BadState (one too) when
    started with a folder that cannot be had.
    """

    def __init__(
        self,
        *,
        dialect: str | None = None,
        clock: str | None = None,
        rate: float | None = None,
        start: datetime | str | None = None,
        seed: int | None = None,
        world: Mapping[str, Any] | str | Path | None = None,
        users: Iterable[Mapping[str, Any]] | None = None,
        vms: Iterable[Mapping[str, Any]] | None = None,
        task_seconds: float | timedelta | None = None,
        faults: Iterable[Mapping[str, Any]] | None = None,
        holds: Iterable[Mapping[str, Any]] | None = None,
        control_token: str | None = None,
        state: str | Path | None = None,
    ) -> None:
        lists = {"users": users, "vms": vms, "faults": faults, "holds": holds}
        own: dict[str, Any] = {
            name: list(given) for name, given in lists.items() if given is not None
        }
        if task_seconds is not None:
            own["task_seconds"] = seconds(task_seconds)
        document = _document(world)
        if "kind" in document and own:
            raise ValueError(f"a saved world has its own {', '.join(own)}")
        document = plain({**document, **own})
        self._settings: dict[str, Any] = {
            "dialect": dialect,
            "clock": clock,
            "rate": rate,
            "start": plain(start),
            "seed": seed,
            "world": document,
            "control_token": control_token,
        }
        self._folder = None if state is None else Path(state)
        self._background: Background | None = None

    def start(self) -> Self:
        """Start; return when the mock answers."""
        if self._background is not None:
            raise RuntimeError("this mock is already running")
        background = Background(*_build_service(self._settings, self._folder))
        client = Client(background.url, control_token=self._settings["control_token"])
        try:
            self._hold(client, client.get(f"{CONTROL}/worlds/default"))
        except BaseException:
            client.close()
            background.stop()
            raise
        self._background = background
        return self

    def stop(self) -> None:
        """Stop; what is kept nowhere is gone. A mock that does not run is left as it is."""
        background, self._background = self._background, None
        if background is not None:
            self._client.close()
            background.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


class Background:
    """A service served from a thread with an event loop of its own, on a free port."""

    def __init__(
        self, service: "Service", store: "Store | None" = None, *, limits: "Limits | None" = None
    ) -> None:
        self._service, self._store = service, store
        self._ready: Future[tuple[Running, asyncio.AbstractEventLoop]] = Future()
        self._done = asyncio.Event()
        self._thread = threading.Thread(
            target=self._run, args=(service, limits), name="vss-mock", daemon=True
        )
        self._thread.start()
        running, self._loop = self._ready.result()
        self.url = running.url
        self.port = running.port

    def stop(self) -> None:
        """Stop serving and wait until the thread has ended."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._done.set)
            self._thread.join(JOIN)
        if self._store is not None:
            for _ in self._service.keep_clocks():
                pass
            self._store.close()
            self._store = None

    def _run(self, service: "Service", limits: "Limits | None") -> None:
        from vss_mock.server import Clock, start

        clock = Clock()

        class Loop(asyncio.SelectorEventLoop):
            """A loop that a test which freezes the clocks of its process does not freeze."""

            def time(self) -> float:
                return clock.seconds()

        async def serve() -> None:
            running = await start(service, limits=limits, clock=clock)
            self._ready.set_result((running, asyncio.get_running_loop()))
            await self._done.wait()
            await running.stop()

        try:
            with asyncio.Runner(loop_factory=Loop) as runner:
                runner.run(serve())
        except BaseException as problem:
            if self._ready.done():
                raise
            self._ready.set_exception(problem)


def create_world(
    client: Client, settings: Mapping[str, Any], names: Iterator[str] | None = None
) -> World:
    """Return a new world of the mock that a client calls, under a free one of the names if given.

    Raises ControlError, Unreachable.
    """
    if "saved" in settings:
        return _load_world(client, settings, names)
    settings = plain(settings)
    if names is None:
        return World(client, naming.make(client, settings))
    return World(client, naming.make_fresh(client, settings, names))


def _load_world(client: Client, settings: Mapping[str, Any], names: Iterator[str] | None) -> World:
    """Return a new world that is as a saved one; raise as `create_world` does, and ValueError."""
    beside = ", ".join(sorted(settings.keys() - {"saved", "name"}))
    if beside:
        raise ValueError(f"a saved world has its own {beside}")
    # A name has to be free: what has it until the saved world comes is soon gone.
    wanted = {name: value for name, value in settings.items() if name != "saved"}
    placeholder = create_world(client, wanted, names)
    try:
        return World(client, _put(client, placeholder.name, settings["saved"]))
    except BaseException:
        placeholder.delete()
        raise


def _put(client: Client, name: str, saved: Mapping[str, Any] | str | Path) -> Any:
    document = saved if isinstance(saved, Mapping) else read_saved(saved)
    data = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    return client.call("PUT", f"{CONTROL}/worlds/{name}/saved", data)


def _build_service(
    settings: Mapping[str, Any], folder: Path | None
) -> "tuple[Service, Store | None]":
    """Return a service, and where it keeps its worlds; raise BadSettings, BadState."""
    from vss_mock.assembly import Settings, build_service
    from vss_mock.server import Clock

    at = Clock().now()
    if folder is None:
        return build_service(Settings(**settings), at), None
    from vss_mock.store import Store

    store = Store(folder, at)
    try:
        service = build_service(Settings(**settings), at, store.worlds)
        store.follow(service.worlds)
    except BaseException:
        store.close()
        raise
    return service, store


def _document(world: Mapping[str, Any] | str | Path | None) -> Mapping[str, Any]:
    if world is None or isinstance(world, Mapping):
        return world or {}
    document = json.loads(Path(world).read_bytes())
    if not isinstance(document, dict):
        raise ValueError(f"{world} does not hold a world: it is not a JSON object")  # noqa: TRY004 - as BadSettings
    return document
