"""An independent reference of a request's life: slow, obvious, and with no code of the simulator.

It keeps one flat list of the calls that were accepted, and nothing else. Every answer is worked out
anew from that list: when each event falls due, in which advance it can happen first, and from that
one sorted line of events, past and to come. There is no queue, no stored state and no transition
table here; an event is in the past when the advance that lets it happen is.

Nothing of `vss_mock` may be imported here. Instants are microseconds since 1970 in UTC.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

HOUR = 3_600_000_000
FIRST_INSTANT = -62_135_510_400_000_000  # 0001-01-02T00:00:00Z
LAST_INSTANT = 253_399_622_400_000_000  # 9999-12-01T00:00:00Z
FOREVER = 10**30

SNAPSHOTS, CHANGES = "snapshot", "change"
RANK = {SNAPSHOTS: 0, CHANGES: 1}

Row = dict[str, Any]
Key = tuple[int, int, int, int, int]  # (call that lets it happen, due, request, kind, stage)
Cut = tuple[int, int, int, int]  # the last (due, request, kind, stage) that an advance lets happen
FiredTuple = tuple[int, int, str, str, str, str, int | None]
DueTuple = tuple[int, int, str, str, int | None]


class Setup(NamedTuple):
    """The world before the first call: who sees what, and which machines there are."""

    start: int
    users: dict[str, frozenset[str] | None]
    machines: dict[str, tuple[str, bool]]  # uuid -> (power state, wants consolidation)


class Happening(NamedTuple):
    """One event of the line: where it stands, whom it happens to, and what it leads to."""

    key: Key
    request: int
    kind: str
    event: str
    before: str
    after: str
    vm: str
    snapshot: int | None

    @property
    def at(self) -> int:
        """The instant at which it happens: when it fell due."""
        return self.key[1]

    @property
    def fired(self) -> FiredTuple:
        """The seven things that an advance tells of it."""
        return (
            self.at,
            self.request,
            self.event,
            self.before,
            self.after,
            self.vm,
            self.snapshot,
        )


class View(NamedTuple):
    """Everything that can be seen of a world at one moment."""

    now: int
    requests: dict[tuple[str, int], Row]
    snapshots: dict[str, list[Row]]
    power: dict[str, str]
    consolidation: dict[str, bool]
    past: list[Happening]
    ahead: list[Happening]
    next_due: DueTuple | None

    def of_user(self, kind: str, user: str) -> list[Row]:
        """The requests of one kind that a user made, in order of id."""
        return [
            row
            for (its_kind, _), row in sorted(self.requests.items())
            if its_kind == kind and row["user"] == user
        ]


class Refused(NamedTuple):
    """The call is refused, for one of these reasons (names of exceptions)."""

    reasons: frozenset[str]


class Reference:
    """The flat list of accepted calls, and what follows from it."""

    def __init__(self, setup: Setup, calls: tuple[Row, ...] = ()) -> None:
        self.setup = setup
        self.calls: list[Row] = list(calls)

    def copy(self) -> "Reference":
        """The same calls once more, to be continued differently."""
        return Reference(self.setup, tuple(self.calls))

    # What follows from the list ---------------------------------------------------------------

    @property
    def now(self) -> int:
        """Where the last advance left the clock."""
        return max((call["reached"] for call in self._all("advance")), default=self.setup.start)

    def _all(self, *verbs: str) -> Iterator[Row]:
        return (call for call in self.calls if call["verb"] in verbs)

    def _lets(self, after: int, event: Cut) -> int:
        """The first call after `after` that lets an event happen; one past the list if none did."""
        for index in range(after + 1, len(self.calls)):
            call = self.calls[index]
            if call["verb"] == "advance" and call["cut"] >= event:
                return index
        return len(self.calls)

    def _key(self, after: int, due: int, request: int, kind: str, stage: int = 0) -> Key:
        where = (due, request, RANK[kind], stage)
        return (self._lets(after, where), *where)

    def _taken(self) -> dict[int, Key]:
        """When each snapshot is taken, by request: at its date, or at once if that has passed."""
        return {
            call["id"]: self._key(
                call["index"], max(call["from_date"], call["at"]), call["id"], SNAPSHOTS
            )
            for call in self._all("submit")
        }

    def _numbers(self, taken: dict[int, Key]) -> dict[int, int]:
        """The number of each snapshot, by request: its rank among those of its machine."""
        ranked: dict[int, int] = {}
        for vm in self.setup.machines:
            here = [call["id"] for call in self._all("submit") if call["vm"] == vm]
            ranked |= {
                request: number
                for number, request in enumerate(sorted(here, key=taken.__getitem__), start=1)
            }
        return ranked

    def _runs_out(self, call: Row, taken: Key) -> Key:
        """When a snapshot's time is up by itself: its hours and all extensions have passed."""
        grown = [more for more in self._all("extend") if more["request"] == call["id"]]
        hours = call["valid_for"] + sum(more["hours"] for more in grown)
        due = max(call["from_date"] + hours * HOUR, taken[1])
        after = max([taken[0] - 1, *(more["index"] for more in grown)])
        return self._key(after, due, call["id"], SNAPSHOTS, 1)

    def line(self) -> list[Happening]:
        """Every event, past and to come (if nobody called again), in the order it happens."""
        found: list[Happening] = []
        taken = self._taken()
        numbers = self._numbers(taken)
        asked = {
            call["id"]: self._key(call["index"], call["at"], call["id"], SNAPSHOTS)
            for call in self._all("delete", "revert")
        }
        ended: dict[int, Key] = {}
        for call in self._all("submit"):
            request = call["id"]
            where = (call["vm"], numbers[request])
            by_itself = self._runs_out(call, taken[request])
            by_hand = [asked[one["id"]] for one in self._all("delete") if one["origin"] == request]
            end = ended[request] = min([by_itself, *by_hand])
            last = (end, "delete") if end == by_itself else ((*end[:4], 1), "close")
            found += [
                Happening(
                    taken[request], request, SNAPSHOTS, "take", "submitted", "scheduled", *where
                ),
                Happening(last[0], request, SNAPSHOTS, last[1], "scheduled", "processed", *where),
            ]
        for call in self._all("delete", "revert"):
            key = asked[call["id"]]
            there = key <= ended[call["origin"]]
            event, after = (call["verb"], "processed") if there else ("fail", "failed")
            where = (call["vm"], call["snapshot"])
            found.append(Happening(key, call["id"], SNAPSHOTS, event, "submitted", after, *where))
        for call in self._all("consolidate"):
            due = call["at"] if call["schedule"] is None else max(call["schedule"], call["at"])
            key = self._key(call["index"], due, call["id"], CHANGES)
            what = ("consolidate", "submitted", "processed")
            found.append(Happening(key, call["id"], CHANGES, *what, call["vm"], None))
        return sorted(found, key=lambda happening: happening.key)

    def view(self) -> View:
        """Everything that can be seen now."""
        line = self.line()
        past = [one for one in line if one.key[0] < len(self.calls)]
        ahead = line[len(past) :]
        requests: dict[tuple[str, int], Row] = {}
        for call in self._all("submit", "delete", "revert", "consolidate"):
            kind = CHANGES if call["verb"] == "consolidate" else SNAPSHOTS
            requests[kind, call["id"]] = self._row(call, kind, past)
        next_due: DueTuple | None = None
        if ahead:
            first = ahead[0]
            event = first.event
            if event == "fail":  # what it sets out to do, before it finds nothing there
                event = requests[SNAPSHOTS, first.request]["job"]
            number = None if event == "take" else first.snapshot
            next_due = (first.at, first.request, event, first.vm, number)
        return View(self.now, requests, *self._machines(past), past, ahead, next_due)

    def _machines(
        self, past: list[Happening]
    ) -> tuple[dict[str, list[Row]], dict[str, str], dict[str, bool]]:
        """The snapshots, the power state and the wish for consolidation of each machine."""
        power = {vm: state for vm, (state, _) in self.setup.machines.items()}
        wishes = {vm: wants for vm, (_, wants) in self.setup.machines.items()}
        kept: dict[tuple[str, int | None], Row] = {}
        gone: set[tuple[str, int | None]] = set()
        for index, call in enumerate(self.calls):
            if call["verb"] == "touch":
                power[call["vm"]], wishes[call["vm"]] = call["power"], call["wants"]
            for one in [one for one in past if one.key[0] == index]:
                vm, number = one.vm, one.snapshot
                if one.event == "take":
                    kept[vm, number] = {
                        "id": number,
                        "request": one.request,
                        "created_on": one.at,
                        "power_state": power[vm],
                    }
                elif one.event == "delete":
                    gone.add((vm, number))
                elif one.event == "revert":
                    power[vm] = kept[vm, number]["power_state"]
                elif one.event == "consolidate":
                    wishes[vm] = False
        standing: dict[str, list[Row]] = {vm: [] for vm in power}
        for (vm, number), row in kept.items():
            if (vm, number) not in gone:
                standing[vm].append(row)
        return standing, power, wishes

    def _row(self, call: Row, kind: str, past: list[Happening]) -> Row:
        own = [one for one in past if (one.kind, one.request) == (kind, call["id"])]
        grown = [
            more
            for more in self._all("extend")
            if call["verb"] == "submit" and more["request"] == call["id"]
        ]
        changed = [one.at for one in own] + [more["at"] for more in grown]
        row: Row = {
            "id": call["id"],
            "job": "create" if call["verb"] == "submit" else call["verb"],
            "state": own[-1].after if own else "submitted",
            "user": call["user"],
            "vm": call["vm"],
            "created_on": call["at"],
            "updated_on": max(changed, default=call["at"]),
        }
        if kind == CHANGES:
            return row | {
                "schedule": call["schedule"],
                "from_date": call["at"] if call["schedule"] is None else call["schedule"],
            }
        if call["verb"] != "submit":
            return row | {
                "description": self._description(call["origin"]),
                "from_date": call["at"],
                "to_date": call["at"],
                "valid_for": 0,
                "extensions": (),
                "snapshot": call["snapshot"],
                "origin": call["origin"],
                "closed_by": None,
            }
        hours = [more["hours"] for more in grown]
        closed = [one for one in own if one.event == "close"]
        return row | {
            "description": call["description"],
            "from_date": call["from_date"],
            "to_date": call["from_date"] + (call["valid_for"] + sum(hours)) * HOUR,
            "valid_for": call["valid_for"],
            "extensions": tuple(hours),
            "snapshot": own[0].snapshot if own else None,
            "origin": None,
            "closed_by": closed[0].key[2] if closed else None,
        }

    def _description(self, request: int) -> str:
        (text,) = (call["description"] for call in self._all("submit") if call["id"] == request)
        return str(text)

    # What a call does -------------------------------------------------------------------------

    def submit(
        self, user: str, vm: str, description: str, from_date: int, valid_for: int
    ) -> int | Refused:
        """Ask for a snapshot; the id of the request, or why not."""
        faults = self._hidden(user, vm)
        if not 1 <= valid_for <= 72:
            faults |= {"BadDuration"}
        if not FIRST_INSTANT <= from_date <= LAST_INSTANT:
            faults |= {"OutOfTime"}
        return self._accept(
            faults,
            SNAPSHOTS,
            verb="submit",
            user=user,
            vm=vm,
            description=description,
            from_date=from_date,
            valid_for=valid_for,
        )

    def extend(self, user: str, request: int, hours: int) -> int | Refused:
        """Ask for more hours; the id of the request, or why not."""
        row = self.view().requests.get((SNAPSHOTS, request))
        if row is None or row["user"] != user:
            return Refused(frozenset({"UnknownRequest"}))
        faults: set[str] = set()
        if row["job"] != "create" or row["state"] != "scheduled":
            faults |= {"NotExtendable"}
        if not 1 <= hours <= 72:
            faults |= {"BadDuration"}
        if len(row["extensions"]) == 3:
            faults |= {"ExtensionsUsedUp"}
        if faults:
            return Refused(frozenset(faults))
        self._enter(verb="extend", request=request, hours=hours)
        return request

    def delete(self, user: str, vm: str, snapshot: int) -> int | Refused:
        """Ask for a deletion; the id of the request, or why not."""
        return self._on_snapshot("delete", user, vm, snapshot)

    def revert(self, user: str, vm: str, snapshot: int) -> int | Refused:
        """Ask for a return to a snapshot; the id of the request, or why not."""
        return self._on_snapshot("revert", user, vm, snapshot)

    def consolidate(self, user: str, vm: str, schedule: int | None) -> int | Refused:
        """Ask for the disks to be consolidated; the id of the change request, or why not."""
        faults = self._hidden(user, vm)
        if schedule is not None and not FIRST_INSTANT <= schedule <= LAST_INSTANT:
            faults |= {"OutOfTime"}
        return self._accept(
            faults, CHANGES, verb="consolidate", user=user, vm=vm, schedule=schedule
        )

    def touch(self, vm: str, power: str, wants: bool) -> None:
        """Let somebody outside the interface change a machine."""
        self._enter(verb="touch", vm=vm, power=power, wants=wants)

    def advance_to(self, target: int, limit: int | None = None) -> list[FiredTuple] | Refused:
        """Move the clock; what happens on the way, in order."""
        if target < self.now:
            return Refused(frozenset({"TimeRunsForward"}))
        if target > LAST_INSTANT:
            return Refused(frozenset({"OutOfTime"}))
        ahead = [one for one in self.view().ahead if one.at <= target]
        return self._moved(target, (target, FOREVER, 0, 0), ahead, limit)

    def step(self, count: int) -> list[FiredTuple] | Refused:
        """Move the clock to the instant of the `count`-th event ahead, or of the last one.

        What is due after the last instant of all cannot be reached, and so does not lie ahead.
        """
        ahead = [one for one in self.view().ahead if one.at <= LAST_INSTANT]
        if not ahead:
            return []
        return self.advance_to(ahead[:count][-1].at)

    def _moved(
        self, target: int, cut: Cut, ahead: list[Happening], limit: int | None
    ) -> list[FiredTuple]:
        if limit is not None and len(ahead) >= limit:
            count = limit
            while count < len(ahead) and ahead[count].key[:4] == ahead[count - 1].key[:4]:
                count += 1  # whatever one due request brings about happens in one go
            ahead = ahead[:count]
            target, cut = ahead[-1].at, ahead[-1].key[1:]
        self._enter(verb="advance", reached=target, cut=cut)
        return [one.fired for one in ahead]

    def _hidden(self, user: str, vm: str) -> set[str]:
        if vm not in self.setup.machines:
            return {"UnknownVirtualMachine"}
        sees = self.setup.users[user]
        return set() if sees is None or vm in sees else {"HiddenVirtualMachine"}

    def _on_snapshot(self, verb: str, user: str, vm: str, snapshot: int) -> int | Refused:
        faults = self._hidden(user, vm)
        here = {row["id"]: row for row in self.view().snapshots.get(vm, [])}
        if not faults and snapshot not in here:
            faults |= {"UnknownSnapshot"}
        origin = here[snapshot]["request"] if not faults else None
        return self._accept(
            faults, SNAPSHOTS, verb=verb, user=user, vm=vm, snapshot=snapshot, origin=origin
        )

    def _accept(self, faults: set[str], kind: str, **call: Any) -> int | Refused:
        if faults:
            return Refused(frozenset(faults))
        verbs = ("consolidate",) if kind == CHANGES else ("submit", "delete", "revert")
        number = 1 + sum(1 for _ in self._all(*verbs))
        self._enter(**call, id=number)
        return number

    def _enter(self, **call: Any) -> None:
        self.calls.append(call | {"at": self.now, "index": len(self.calls)})
