"""Drives vss-cli through the life of a snapshot: its own command, as a person would type it.

Each operation types commands, and reads what they print: tables, whose columns must not be blank,
and JSON. Time moves between the commands.
"""

import json
import re
import subprocess
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.clients.drive_pyvss import MINUTE, MODERN, NotOffered, Unexpected, expect, instant
from tests.clients.mock import MOTD, World, home
from tests.clients.rows import Row

PATIENCE_S = 60
MISSPELT = "user.usernameusername"
"""What vss-cli 2024 asks for instead of the user's name; it is always blank."""
BLANKS = ("errors", MISSPELT)
CHANGE_BLANKS = (*BLANKS, "warnings", "value")
"""What a request may have none of."""
QUESTION = re.compile(r"\[y/N\]: ?")
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
Card = dict[str, str]


class Cli:
    """One release's command, with a home of its own."""

    def __init__(
        self, row: Row, folder: Path, world: World, place: Path, environment: Mapping[str, str]
    ) -> None:
        self.row, self.world, self.place = row, world, place
        self.command = str(folder / "bin" / "vss-cli")
        self.environment = {**environment, "VSS_ENDPOINT": world.base}
        self.modern = row.dialect == "2026"

    def run(self, *words: str, code: int = 0, typed: str = "", **env: str) -> str:
        """Type a command; return what it prints."""
        return COLOURS.sub("", self.done(*words, code=code, typed=typed, **env).stdout)

    def done(
        self, *words: str, code: int = 0, typed: str = "", **env: str
    ) -> subprocess.CompletedProcess[str]:
        """Type a command and see it end so. Raise NotOffered if this release has no such."""
        done = subprocess.run(
            [self.command, *words],
            input=typed,
            capture_output=True,
            text=True,
            cwd=self.place,
            env=self.environment | env,
            timeout=PATIENCE_S,
            check=False,
        )
        complaint = COLOURS.sub("", done.stderr)
        if done.returncode == 2 and re.search("no such (command|option)", complaint, re.IGNORECASE):
            raise NotOffered(complaint.strip().splitlines()[-1])
        if done.returncode != code:
            raise Unexpected(f"{' '.join(words)} exits {done.returncode}: {_said(complaint)}")
        return done

    def heard(self, *words: str, code: int = 0, **env: str) -> str:
        """Type a command; return what it prints and what it complains about."""
        done = self.done(*words, code=code, **env)
        return COLOURS.sub("", done.stdout + done.stderr)

    def card(self, *words: str, blank: Iterable[str] = (), typed: str = "") -> Card:
        """Type a command that prints a line for each column; none may be blank but those named."""
        lines = QUESTION.sub("\n", self.run(*words, typed=typed)).splitlines()
        card = {_key(name): value.strip() for name, _, value in map(_parted, lines) if name}
        expect(bool(card), f"{' '.join(words)} prints no columns: {lines}")
        _filled([card], words, blank)
        return card

    def table(self, *words: str, blank: Iterable[str] = ()) -> list[Card]:
        """Type a command that prints a row for each thing; none may be blank but those named."""
        lines = self.run(*words).splitlines()
        rules = [number for number, line in enumerate(lines) if re.fullmatch(r"-[- ]*", line)]
        expect(bool(rules), f"{' '.join(words)} prints no table: {lines}")
        columns = [found.span() for found in re.finditer("-+", lines[rules[0]])]
        columns[-1] = (columns[-1][0], 10_000)
        names = [_key(lines[rules[0] - 1][start:end]) for start, end in columns]
        rows = [
            dict(zip(names, (line[start:end].strip() for start, end in columns), strict=True))
            for line in lines[rules[0] + 1 :]
            if line.strip()
        ]
        _filled(rows, words, blank)
        return rows

    def json(self, *words: str) -> Any:
        said = self.run("-o", "json", *words)
        # After a new login, releases before 2021 tell of messages first, in the same breath.
        begins = re.search(r"^[\[{]", said, re.MULTILINE)
        return json.loads(said[begins.start() :] if begins else said)

    def word(self, status: str) -> str:
        return MODERN[status] if self.modern else status

    def since(self, version: str) -> bool:
        return self.row.number >= tuple(map(int, version.split(".")))

    def submitted(self, *words: str) -> int:
        """Type a command that asks for something; return the request's number."""
        card = self.card(*words, typed="y\ny\n")
        expect(card["status"] in (self.word("Submitted"), self.word("Scheduled")), f"{card}")
        expect("accepted for processing" in card["message"], f"message is {card['message']!r}")
        return int(card["id"])

    def take(self, vm: str, hours: int = 24) -> int:
        """Have a snapshot taken in an hour's time, let that pass; return the request's number."""
        start = (self.world.now() + timedelta(hours=1)).strftime(MINUTE)
        what = ("snapshot", "mk", "-d", "before the upgrade", "-t", start, "-l", str(hours))
        number = self.submitted("compute", "vm", "set", vm, *what)
        self.world.move(advance="1h")
        return number

    def request(self, number: int) -> dict[str, Any]:
        printed = self.json("request", "snapshot", "get", str(number))
        record: dict[str, Any] = printed[0] if isinstance(printed, list) else printed
        return record

    def snapshots(self, vm: str) -> list[Any]:
        listed: list[Any] = self.json("compute", "vm", "get", vm, "snapshot")
        return listed

    def filtered(self, field: str, operator: str, value: str, *, plain: bool) -> list[str]:
        """Spell a filter as this release wants it; `plain` where it took names and values only."""
        if self.since("0.5.0"):
            return ["-f", f"{field}={operator},{value}"]
        if plain:
            return ["-f", field, value.strip("%")]
        if not self.since("0.1.1"):
            return ["-f", f"{field},{operator},{value}"]
        return ["-f", field, f"{operator},{value}"]


def _said(complaint: str) -> str:
    lines = complaint.strip().splitlines()
    told = [line for line in lines if re.search("error", line, re.IGNORECASE)]
    return (told or lines or ["without a word"])[-1]


def _parted(line: str) -> tuple[str, str, str]:
    """Return the column's name and its value: the name is filled up to 20 characters."""
    found = re.match(r"(?=.{20})([\w.() -]+?) *(: )(.*)", line)
    return (found[1], found[2], found[3]) if found else ("", "", "")


def _key(heading: str) -> str:
    return heading.strip().lower().replace(" ", "_")


def _filled(rows: Iterable[Card], words: Iterable[str], blank: Iterable[str]) -> None:
    allowed = set(blank)
    for row in rows:
        empty = [name for name, value in row.items() if not value and name not in allowed]
        expect(not empty, f"{' '.join(words)} leaves blank: {', '.join(empty)}")


def configure(cli: Cli) -> None:
    user = cli.world.user
    cli.run(
        "configure",
        "mk",
        "--replace",
        typed="\n\n",
        VSS_USER=user["login"],
        VSS_USER_PASS=user["password"],
    )
    written = "".join(
        path.read_text(encoding="utf-8") for path in (cli.place / ".vss-cli").glob("config.*")
    )
    expect(cli.world.base in written, "the configuration does not name the endpoint")
    listed = cli.run("configure", "ls")
    expect(cli.world.base in listed, f"it lists {listed}")
    expect(user["login"] in listed, f"it lists {listed}")


def account(cli: Cli) -> None:
    name = cli.world.user["username"]
    personal = cli.card("account", "get", "personal")
    expect(personal["username"] == name, f"personal is {personal}")
    expect("hig-web-services" in cli.run("account", "get", "groups"), "hig-web-services is missing")
    for what in ("status", "access-role", "request-role"):
        cli.card("account", "get", what)
    cli.card("account", "get", "notification", "request")
    cli.card("account", "get", "digest", "message")
    if cli.since("2021.12.0"):
        cli.card("account", "get", "mfa")
    cli.table("token", "ls")
    cli.run("key", "ls")


def messages(cli: Cli) -> None:
    rows = cli.table("message", "ls")
    unread = [row for row in rows if row["status"] == "Created"]
    expect(bool(unread), f"lists {rows}")
    card = cli.card("message", "get", unread[0]["id"])
    expect(card["subject"] == unread[0]["subject"], f"is {card}")
    cli.run("message", "set", "ack", unread[0]["id"])
    card = cli.card("message", "get", unread[0]["id"])
    expect(card["status"] == "Acknowledged", f"is then {card}")


def vm_list(cli: Cli) -> None:
    wanted = sorted(vm["name"] for vm in cli.world.vms)
    summary = [] if cli.since("0.2.0") else ["-s"]
    rows = cli.table("compute", "vm", "ls", *summary)
    expect(sorted(row["name"] for row in rows) == wanted, f"lists {[x['name'] for x in rows]}")
    if cli.since("0.2.0"):
        expect(len(cli.table("compute", "vm", "ls", "-c", "4")) == 4, "-c 4 lists another number")
        every = cli.table("compute", "vm", "ls", "-a", "-c", "4")
        expect(sorted(row["name"] for row in every) == wanted, f"-a lists {len(every)}")


def vm_filter(cli: Cli) -> None:
    name = cli.filtered("name", "like", "%web%", plain=not cli.since("0.2.0"))
    rows = cli.table("compute", "vm", "ls", *name)
    wanted = sorted(vm["name"] for vm in cli.world.vms if "web" in vm["name"])
    expect(sorted(row["name"] for row in rows) == wanted, f"finds {rows}")


def vm_get(cli: Cli) -> None:
    vm = cli.world.vms[0]
    for id in (vm["name"], vm["uuid"], *([vm["moref"]] if cli.since("0.7.0") else [])):
        card = cli.card("compute", "vm", "get", id, blank=["floppies"])
        expect(card["uuid"] == vm["uuid"], f"{id} is {card}")
        expect(card["name"] == vm["name"], f"{id} is {card}")
        expect(card["snapshot"] == "False", f"{id} is {card}")


def attributes(cli: Cli) -> None:
    vm = cli.world.vms[1]["name"]
    for what in ("state", "cpu", "memory", "name", "domain", "folder", "consolidate"):
        cli.card("compute", "vm", "get", vm, what)


def create(cli: Cli) -> None:
    vm = cli.world.vms[0]["name"]
    number = cli.take(vm, hours=12)
    record = cli.request(number)
    expect(record["status"] == cli.word("Scheduled"), f"status is {record['status']!r}")
    (listed,) = cli.table("compute", "vm", "get", vm, "snapshot")
    expect(listed["name"] == f"SR-{number}", f"lists {listed}")
    card = cli.card("compute", "vm", "get", vm, "snapshot", "1")
    expect(card["description"].startswith("before the upgrade"), f"it says {card}")


def expire(cli: Cli) -> None:
    vm = cli.world.vms[1]["name"]
    number = cli.take(vm, hours=2)
    cli.world.move(advance="2h")
    expect(cli.snapshots(vm) == [], "the snapshot is there after its time")
    record = cli.request(number)
    expect(record["status"] == cli.word("Processed"), f"status is then {record['status']!r}")


def requests(cli: Cli) -> None:
    vm = cli.world.vms[2]["name"]
    number = cli.take(vm)
    card = cli.card("request", "snapshot", "get", str(number), blank=BLANKS)
    expect(card["id"] in (str(number), "1"), f"is {card}")
    expect(card["status"] == cli.word("Scheduled"), f"is {card}")
    words = ("request", "snapshot", "ls")
    rows = cli.table(*words, blank=[MISSPELT])
    expect(any(row["id"] == str(number) for row in rows), f"lists {rows}")
    named = cli.filtered("vm_name", "like", f"%{vm[2:]}%", plain=False)
    rows = cli.table(*words, *named, blank=[MISSPELT])
    expect({row.get("vm_name", row.get("name")) for row in rows} == {vm}, f"lists {rows}")


def equals(cli: Cli) -> None:
    scheduled = cli.word("Scheduled")
    cli.take(cli.world.vms[2]["name"])
    words = ("request", "snapshot", "ls", *cli.filtered("status", "eq", scheduled, plain=False))
    rows = cli.table(*words, blank=[MISSPELT])
    others = {row["status"] for row in rows} - {scheduled}
    expect(bool(rows) and not others, f"lists what is not {scheduled}: {others}")


def extend(cli: Cli) -> None:
    vm = cli.world.vms[3]["name"]
    number = cli.take(vm, hours=10)
    words = ("request", "snapshot", "set", str(number), "duration", "-l")
    end = _end(cli.request(number))
    cli.card(*words, "5", blank=BLANKS)
    later = _end(cli.request(number))
    expect(later == end + timedelta(hours=5), f"to_date moved from {end} to {later}")
    cli.world.move(advance="10h")
    expect(len(cli.snapshots(vm)) == 1, "the snapshot is gone at its old time")
    cli.world.move(advance="5h")
    expect(cli.snapshots(vm) == [], "the snapshot is there after its new time")
    cli.run(*words, "5", code=1)
    cli.run(*words, "73", code=2)


def revert(cli: Cli) -> None:
    vm = cli.world.vms[4]["name"]
    cli.take(vm)
    number = cli.submitted("compute", "vm", "set", vm, "snapshot", "re", "1")
    cli.world.move(advance="0s")
    record = cli.request(number)
    expect(record["status"] == cli.word("Processed"), f"status is then {record['status']!r}")
    expect(len(cli.snapshots(vm)) == 1, "the snapshot is gone")


def remove(cli: Cli) -> None:
    vm = cli.world.vms[5]["name"]
    cli.take(vm)
    number = cli.submitted("compute", "vm", "set", vm, "snapshot", "rm", "1")
    cli.world.move(advance="0s")
    record = cli.request(number)
    expect(record["status"] == cli.word("Processed"), f"status is then {record['status']!r}")
    expect(cli.snapshots(vm) == [], "the snapshot is still there")


def wait(cli: Cli) -> None:
    if not cli.since("0.2.2"):
        raise NotOffered("no --wait")
    vm = cli.world.vms[6]["name"]
    before, after = (["--wait"], []) if cli.since("0.9.0") else ([], ["--wait"])
    tomorrow = (cli.world.move(mode="auto") + timedelta(days=1)).strftime(MINUTE)
    try:
        said = cli.run(
            *before,
            *("compute", "vm", "set", *after, vm),
            *("snapshot", "mk", "-d", "while waiting", "-t", tomorrow),
            typed="y\ny\n",
        )
    finally:
        cli.world.move(mode="frozen")
    expect("completed successfully" in said, f"says {said!r}")
    expect("Snapshot created" in said, f"says {said!r}")


def output(cli: Cli) -> None:
    name = cli.world.vms[7]["name"]
    records = cli.json("compute", "vm", "get", name)
    expect(records[0]["uuid"] == cli.world.vms[7]["uuid"], f"JSON is {records}")
    said = cli.run("-o", "yaml", "compute", "vm", "get", name)
    expect(cli.world.vms[7]["uuid"] in said, f"YAML is {said}")


def raw(cli: Cli) -> None:
    uuid = cli.world.vms[7]["uuid"]
    document = cli.json("raw", "GET", f"/vm/{uuid}")
    expect(document.get("data", document)["uuid"] == uuid, f"is {document}")


def changes(cli: Cli) -> None:
    vm = cli.world.vms[8]["uuid"]
    for words in (
        ("name", "ldap-renamed"),
        ("state", "off", "--confirm"),
        ("memory", "size", "8"),
    ):
        number = cli.submitted("compute", "vm", "set", vm, *words)
        cli.world.move(advance="0s")
        card = cli.card("request", "change", "get", str(number), blank=CHANGE_BLANKS)
        expect(card["status"] == cli.word("Processed"), f"{words} is then {card}")
    card = cli.card("compute", "vm", "get", vm, blank=["floppies"])
    expect(card["name"] == "1512P-ldap-renamed", f"is {card}")
    expect(card.get("memory_gb", card.get("memory_(gb)")) in ("8", "8.0"), f"is {card}")
    expect("poweredOff" in card.values(), f"is {card}")
    rows = cli.table("request", "change", "ls", blank=[MISSPELT])
    expect(len(rows) >= 3, f"lists {rows}")


def cpu(cli: Cli) -> None:
    vm = cli.world.vms[8]["uuid"]
    number = cli.submitted("compute", "vm", "set", vm, "cpu", "count", "4")
    cli.world.move(advance="0s")
    card = cli.card("request", "change", "get", str(number), blank=CHANGE_BLANKS)
    expect(card["status"] == cli.word("Processed"), f"is then {card}")
    card = cli.card("compute", "vm", "get", vm, blank=["floppies"])
    expect(card["cpu"] == "4", f"is {card}")


def schedule(cli: Cli) -> None:
    vm = cli.world.vms[9]["name"]
    soon = cli.world.now() + timedelta(hours=2)
    words = ("compute", "vm", "set", "--schedule", soon.strftime(MINUTE), vm)
    number = cli.submitted(*words, "consolidate")
    cli.world.move(advance="0s")
    card = cli.card("request", "change", "get", str(number), blank=CHANGE_BLANKS)
    expect(card["status"] == cli.word("Scheduled"), f"is {card}")
    when = card.get("scheduled_datetime") or card["scheduled"]
    expect(instant(when) == soon.replace(second=0), f"is {card}")
    cli.world.move(advance="2h")
    card = cli.card("request", "change", "get", str(number), blank=CHANGE_BLANKS)
    expect(card["status"] == cli.word("Processed"), f"is then {card}")


def reschedule(cli: Cli) -> None:
    vm = cli.world.vms[9]["name"]
    soon = cli.world.now() + timedelta(hours=2)
    words = ("compute", "vm", "set", "--schedule", soon.strftime(MINUTE), vm)
    moved = cli.submitted(*words, "consolidate")
    cancelled = cli.submitted(*words, "consolidate")
    cli.world.move(advance="0s")
    later = soon + timedelta(hours=3)
    edit = ("request", "change", "set")
    cli.run(*edit, str(moved), "schedule", "--date-time", later.strftime(MINUTE))
    cli.run(*edit, str(cancelled), "schedule", "--cancel")
    cli.world.move(advance="3h")
    card = cli.card("request", "change", "get", str(moved), blank=CHANGE_BLANKS)
    expect(card["status"] == cli.word("Scheduled"), f"moved: {card}")
    card = cli.card("request", "change", "get", str(cancelled), blank=CHANGE_BLANKS)
    expect(card["status"] == cli.word("Cancelled"), f"cancelled: {card}")


def retry(cli: Cli) -> None:
    vm = cli.world.vms[9]["name"]
    number = cli.submitted("compute", "vm", "set", vm, "memory", "size", "16")
    cli.world.move(advance="0s")
    card = cli.card("request", "change", "get", str(number), blank=CHANGE_BLANKS)
    expect(card["status"] == cli.word("Error Processed"), f"is {card}")
    expect("hot" in card["errors"], f"is {card}")
    cli.submitted("compute", "vm", "set", vm, "state", "off", "--confirm")
    cli.world.move(advance="0s")
    again = cli.submitted("request", "change", "retry", str(number))
    cli.world.move(advance="0s")
    card = cli.card("request", "change", "get", str(again), blank=CHANGE_BLANKS)
    expect(card["status"] == cli.word("Processed"), f"is then {card}")
    said = cli.heard("request", "change", "retry", str(number), code=1)
    expect("VssError" in said, f"says {said!r}")


def places(cli: Cli) -> None:
    for what in ("folder", "net", "domain"):
        rows = cli.table("compute", what, "ls")
        expect(bool(rows), f"no {what}")
        if what == "domain" and not cli.since("0.2.0"):
            continue
        # The mock simulates no graphics cards and no hosts; vss-cli 0.2.1 has columns for hosts.
        unknown = ["gpu_profiles"] if what == "domain" else []
        if what == "domain" and not cli.since("0.2.7"):
            unknown += ["hosts", "status"]
        card = cli.card("compute", what, "get", rows[0]["moref"], blank=unknown)
        expect(card["name"] == rows[0]["name"], f"{what} is {card}")


def relogin(cli: Cli) -> None:
    files = list((cli.place / ".vss-cli").glob("config.*"))
    before = [path.read_text(encoding="utf-8") for path in files]
    cli.world.move(advance="25h")
    said = cli.heard("compute", "vm", "ls")
    after = [path.read_text(encoding="utf-8") for path in files]
    expect(before != after, "no new token is written down")
    expect("unread messages" in said, f"says {said!r}")
    if cli.since("2022.12.0"):
        expect(MOTD in said, f"says {said!r}")


def errors(cli: Cli) -> None:
    vm = cli.world.vms[10]["name"]
    cli.run("compute", "vm", "get", "no-such-machine", code=2)
    said = cli.heard("compute", "vm", "set", vm, "snapshot", "rm", "99", code=1)
    expect("VssError" in said and "not found" in said, f"says {said!r}")
    said = cli.heard("account", "get", "status", code=1, VSS_TOKEN="no-such-token")
    expect("VssError" in said and "unauthorized" in said, f"says {said!r}")


def _end(record: Mapping[str, Any]) -> datetime:
    return instant((record.get("snapshot") or record)["to_date"])


OPERATIONS: dict[str, Callable[[Cli], None]] = {
    "configure": configure,
    "account": account,
    "vm ls": vm_list,
    "filter": vm_filter,
    "vm get": vm_get,
    "attributes": attributes,
    "snapshot mk": create,
    "expiry": expire,
    "requests": requests,
    "equals": equals,
    "duration": extend,
    "snapshot re": revert,
    "snapshot rm": remove,
    "--wait": wait,
    "json, yaml": output,
    "raw": raw,
    "changes": changes,
    "cpu": cpu,
    "--schedule": schedule,
    "reschedule": reschedule,
    "retry": retry,
    "places": places,
    "new login": relogin,
    "messages": messages,
    "errors": errors,
}


def drive(row: Row, folder: Path, world: World, names: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Do the named operations; return for each whether it went well, and if not, why."""
    said = {}
    with home() as (place, environment):
        cli = Cli(row, folder, world, place, environment)
        for name in names:
            try:
                OPERATIONS[name](cli)
            except NotOffered as reason:
                said[name] = ("not offered", str(reason))
            except subprocess.TimeoutExpired as late:
                said[name] = ("failed", f"{' '.join(late.cmd[1:])}: not done after {PATIENCE_S} s")
            except Exception as problem:  # noqa: BLE001  # a client may fail in any way, and the cell says how
                said[name] = ("failed", f"{type(problem).__name__}: {problem}")
            else:
                said[name] = ("ok", "")
    return said
