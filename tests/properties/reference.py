"""An independent reference of a request's life: slow, obvious, and with no code of the simulator.

It keeps one flat list of the calls that were accepted, and nothing else. Every answer is worked out
anew from that list: when each event falls due, in which advance it can happen first, and from that
one sorted line of events, past and to come. The machines are lived through along that line. There
is no queue, no stored state and no transition table here; an event is in the past when the advance
that lets it happen is.

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
Reason = tuple[str, str]  # why a change failed, and what stood in its way

ON, OFF, SUSPENDED = "poweredOn", "poweredOff", "suspended"
LEADS = {  # the power state that a command leads to, from each one in which it can be given
    "on": {OFF: ON, SUSPENDED: ON},
    "off": {ON: OFF, SUSPENDED: OFF},
    "reset": {ON: ON},
    "reboot": {ON: ON},
    "shutdown": {ON: OFF},
    "suspend": {ON: SUSPENDED},
}


class Machine(NamedTuple):
    """A machine, as far as it can change or decides whether it can."""

    name: str
    moref: str
    power: str
    wants: bool  # consolidation
    cpus: int
    cores: int  # on each socket
    memory: int
    booted: int | None
    grows: bool  # while it is on

    def in_power(self, power: str, at: int) -> "Machine":
        """The machine after it came to a power state."""
        return self._replace(power=power, booted=at if power == ON else None)


class Setup(NamedTuple):
    """The world before the first call: who sees what, and which machines there are."""

    start: int
    users: dict[str, frozenset[str] | None]
    machines: dict[str, Machine]


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
    reason: Reason | None = None
    named: str | None = None

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
    machines: dict[str, Machine]
    began: dict[tuple[str, int], int]  # when the work of a request began, if it has
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
        self._seen: dict[int, View] = {}  # what as many calls come to

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
        for call in self._all("consolidate", "change"):
            what = (call["verb"], "submitted", "processed")
            found += [
                Happening(key, call["id"], CHANGES, *what, call["vm"], None)
                for key in self._tries(call)
            ]
        return sorted(found, key=lambda happening: happening.key)

    def _said(self, call: Row) -> list[Row]:
        """All that was said of a change, in order: when it was asked for, and what came after."""
        later = self._all("reschedule", "cancel", "retry")
        return [call, *(more for more in later if more["request"] == call["id"])]

    def _tries(self, call: Row) -> list[Key]:
        """When a change is made, or tried: for each thing said that nothing said later undoes."""
        tries = []
        said = self._said(call)
        for word, later in zip(said, [*said[1:], None], strict=True):
            undone = later is not None and later["verb"] in ("reschedule", "cancel")
            if word["verb"] != "cancel" and not undone:
                date = word.get("schedule")
                due = word["at"] if date is None else max(date, word["at"])
                tries.append(self._key(word["index"], due, call["id"], CHANGES))
        return tries

    def view(self) -> View:
        """Everything that can be seen now."""
        if len(self.calls) not in self._seen:
            self._seen = {len(self.calls): self._view()}
        return self._seen[len(self.calls)]

    def _view(self) -> View:
        line, machines, snapshots = self._lived(self.line())
        past = [one for one in line if one.key[0] < len(self.calls)]
        ahead = line[len(past) :]
        requests: dict[tuple[str, int], Row] = {}
        began: dict[tuple[str, int], int] = {}
        for call in self._all("submit", "delete", "revert", "consolidate", "change"):
            kind = CHANGES if call["verb"] in ("consolidate", "change") else SNAPSHOTS
            own = [one for one in past if (one.kind, one.request) == (kind, call["id"])]
            if kind == CHANGES:
                last = self._said(call)[-1]
                own = [one for one in own if one.key[0] > last["index"]]
                row = self._change_row(call, last, own)
            else:
                row = self._row(call, own)
            requests[kind, call["id"]] = row
            if own:
                began[kind, call["id"]] = own[0].at
        next_due: DueTuple | None = None
        if ahead:
            first = ahead[0]
            event = first.event
            if event == "fail":  # what it sets out to do, before it finds that it cannot
                event = requests[first.kind, first.request]["job"]
            number = None if event == "take" else first.snapshot
            next_due = (first.at, first.request, event, first.vm, number)
        return View(self.now, requests, snapshots, machines, began, past, ahead, next_due)

    def _lived(
        self, line: list[Happening]
    ) -> tuple[list[Happening], dict[str, Machine], dict[str, list[Row]]]:
        """The line with what each change came to, and the machines and their snapshots now."""
        machines = dict(self.setup.machines)
        kept: dict[tuple[str, int | None], Row] = {}
        lived: list[Happening] = []

        def live(index: int) -> None:
            lived.extend(self._happens(one, machines, kept) for one in line if one.key[0] == index)

        for index, call in enumerate(self.calls):
            if call["verb"] == "touch":
                machines[call["vm"]] = machines[call["vm"]]._replace(**call["members"])
            elif call["verb"] == "advance":
                live(index)
        machines_now = dict(machines)
        snapshots_now = {
            vm: [row for (its_vm, _), row in kept.items() if its_vm == vm] for vm in machines
        }
        live(len(self.calls))
        return lived, machines_now, snapshots_now

    def _happens(
        self,
        one: Happening,
        machines: dict[str, Machine],
        kept: dict[tuple[str, int | None], Row],
    ) -> Happening:
        """Let one event happen to the machines and the snapshots; return it as it came out."""
        vm, number = one.vm, one.snapshot
        was = machines[vm]
        if one.event == "take":
            kept[vm, number] = {
                "id": number,
                "request": one.request,
                "created_on": one.at,
                "power_state": was.power,
                "cpu_count": was.cpus,
                "memory_mb": was.memory,
                "cores_per_socket": was.cores,
            }
        elif one.event == "delete":
            made = kept.pop((vm, number))["request"]
            if self._asked("submit", made)["consolidate"]:
                machines[vm] = was._replace(wants=False)
        elif one.event == "revert":
            then = kept[vm, number]
            machines[vm] = was._replace(
                cpus=then["cpu_count"], memory=then["memory_mb"], cores=then["cores_per_socket"]
            )
            if then["power_state"] != was.power:
                machines[vm] = machines[vm].in_power(then["power_state"], one.at)
        elif one.event == "consolidate":
            machines[vm] = was._replace(wants=False)
        elif one.event == "change":
            call = self._asked("change", one.request)
            becomes = _changed(machines, vm, call["attribute"], call["value"], one.at)
            if not isinstance(becomes, Machine):
                return one._replace(event="fail", after="failed", reason=becomes)
            machines[vm] = becomes
            if call["attribute"] == "name":
                return one._replace(named=becomes.name)
        return one

    def _asked(self, verb: str, request: int) -> Row:
        (found,) = (call for call in self._all(verb) if call["id"] == request)
        return found

    def _change_row(self, call: Row, last: Row, own: list[Happening]) -> Row:
        """A change request, from the last thing said of it and what has happened since."""
        said = self._said(call)
        dates = [word["schedule"] for word in said if "schedule" in word]
        state = own[-1].after if own else "submitted"
        return {
            "id": call["id"],
            "job": call["verb"],
            "state": "cancelled" if last["verb"] == "cancel" else state,
            "user": call["user"],
            "vm": call["vm"],
            "created_on": call["at"],
            "updated_on": own[-1].at if own else last["at"],
            "schedule": dates[-1],
            "from_date": call["at"] if dates[-1] is None else dates[-1],
            "attribute": call.get("attribute"),
            "value": call.get("value"),
            "failure": own[-1].reason if own else None,
            "name": own[-1].named if own else None,
        }

    def _row(self, call: Row, own: list[Happening]) -> Row:
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
        if call["verb"] != "submit":
            return row | {
                "description": self._asked("submit", call["origin"])["description"],
                "from_date": call["at"],
                "to_date": call["at"],
                "valid_for": 0,
                "extensions": (),
                "snapshot": call["snapshot"],
                "origin": call["origin"],
                "closed_by": None,
                "consolidate": False,
                "with_memory": False,
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
            "consolidate": call["consolidate"],
            "with_memory": call["with_memory"],
        }

    def found(self, user: str, part: str) -> list[str]:
        """The machines that a user finds by a part of their names, in whatever case."""
        sees = self.setup.users[user]
        return [
            vm
            for vm, machine in self.view().machines.items()
            if (sees is None or vm in sees) and part.upper() in machine.name.upper()
        ]

    # What a call does -------------------------------------------------------------------------

    def submit(
        self,
        user: str,
        vm: str,
        description: str,
        from_date: int,
        valid_for: int,
        *,
        consolidate: bool = False,
        with_memory: bool = False,
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
            consolidate=consolidate,
            with_memory=with_memory,
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
        faults = self._hidden(user, vm) | self._beyond(schedule)
        return self._accept(
            faults, CHANGES, verb="consolidate", user=user, vm=vm, schedule=schedule
        )

    def change(
        self, user: str, vm: str, attribute: str, value: Any, schedule: int | None
    ) -> int | Refused:
        """Ask for a machine to be changed; the id of the change request, or why not."""
        return self._accept(
            self._hidden(user, vm) | self._beyond(schedule),
            CHANGES,
            verb="change",
            user=user,
            vm=vm,
            attribute=attribute,
            value=value,
            schedule=schedule,
        )

    def reschedule(self, user: str, request: int, schedule: int) -> int | Refused:
        """Give a change another date; the id of the request, or why not."""
        return self._say(
            self._not_waiting(user, request) or self._beyond(schedule),
            verb="reschedule",
            request=request,
            schedule=schedule,
        )

    def cancel(self, user: str, request: int) -> int | Refused:
        """Give a change up; the id of the request, or why not."""
        return self._say(self._not_waiting(user, request), verb="cancel", request=request)

    def retry(self, user: str, request: int) -> int | Refused:
        """Try a change once more; the id of the request, or why not."""
        row = self.view().requests.get((CHANGES, request))
        if row is None or row["user"] != user:
            return Refused(frozenset({"UnknownRequest"}))
        faults = set() if row["state"] == "failed" else {"NotRetryable"}
        return self._say(faults, verb="retry", request=request)

    def touch(self, vm: str, **members: Any) -> None:
        """Let somebody outside the interface change a machine."""
        self._enter(verb="touch", vm=vm, members=members)

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

    def _beyond(self, date: int | None) -> set[str]:
        shown = date is None or FIRST_INSTANT <= date <= LAST_INSTANT
        return set() if shown else {"OutOfTime"}

    def _not_waiting(self, user: str, request: int) -> set[str]:
        row = self.view().requests.get((CHANGES, request))
        if row is None or row["user"] != user:
            return {"UnknownRequest"}
        waits = row["state"] == "submitted" and row["schedule"] is not None
        return set() if waits else {"NotScheduled"}

    def _say(self, faults: set[str], **call: Any) -> int | Refused:
        if faults:
            return Refused(frozenset(faults))
        self._enter(**call)
        return int(call["request"])

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
        verbs = ("consolidate", "change") if kind == CHANGES else ("submit", "delete", "revert")
        number = 1 + sum(1 for _ in self._all(*verbs))
        self._enter(**call, id=number)
        return number

    def _enter(self, **call: Any) -> None:
        self.calls.append(call | {"at": self.now, "index": len(self.calls)})


def _changed(
    machines: dict[str, Machine], vm: str, attribute: str, value: Any, at: int
) -> Machine | Reason:
    """The machine as a change makes it, or why the change cannot be made."""
    was = machines[vm]
    if attribute == "power":
        leads_to = LEADS[value].get(was.power)
        return ("power_state", was.power) if leads_to is None else was.in_power(leads_to, at)
    if attribute == "name":
        name = _with_prefix(was.name, value)
        others = [machine for uuid, machine in machines.items() if uuid != vm]
        taken = any(name in (machine.name, machine.moref) for machine in others)
        return ("name_taken", name) if taken else was._replace(name=name)
    if attribute == "cpu":
        number, cores = value
        wanted = was._replace(cpus=number, cores=was.cores if cores is None else cores)
        adds = number > was.cpus and wanted.cores == was.cores
    else:
        wanted = was._replace(memory=value)
        adds = value > was.memory
    if was.power == SUSPENDED and wanted != was:
        return "power_state", SUSPENDED
    if was.power == ON and wanted != was and not (was.grows and adds):
        return "no_hot_plug", attribute
    return wanted


def _with_prefix(name: str, wanted: str) -> str:
    """The wanted name behind the prefix of another, four digits, a letter and a dash, if any."""
    digits, letter, dash = name[:4], name[4:5], name[5:6]
    prefixed = (
        len(digits) == 4
        and all(digit in "0123456789" for digit in digits)
        and "A" <= letter <= "Z"
        and dash == "-"
    )
    if not prefixed or wanted.startswith(name[:6]):
        return wanted
    return name[:6] + wanted
