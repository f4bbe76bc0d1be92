"""The demo: a snapshot's whole life over real HTTP, told call by call, and checked as it is told.

It uses the mock only as a client would; what it says about an answer it has seen in that answer.
"""

import json
import sys
from base64 import b64encode
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from shutil import which
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from vss_mock.embedded import Mock
from vss_mock.terminal import Ink

TIMEOUT_S = 10
LONGEST_STRING = 200
ELIDED = ("_links", "user")
DESCRIPTION = "before upgrading very important module"


class Differs(Exception):
    """The mock did not answer as the demo says it does."""


class Answer(NamedTuple):
    """What a call was answered: its status code and its JSON document, None for an empty body."""

    status_code: int
    document: Any

    @property
    def data(self) -> Any:
        """The member `data`, or None."""
        return self.document.get("data") if isinstance(self.document, dict) else None


def demo() -> int:
    """Walk through the demo on standard output; return 0, or 1 if the mock answered otherwise."""
    try:
        with Mock() as vss:
            print(f"The page, while this runs: {vss.url}/_mock/")
            walk(Narrator(vss.url))
    except (Differs, LookupError, TypeError) as difference:
        sys.stdout.flush()
        print(f"vss-mock: the demo went another way: {difference}", file=sys.stderr)
        return 1
    command = called(sys.argv[0])
    by_make = ", or: make page" if command.startswith(".venv") else ""
    print(f"\nThat was a snapshot's whole life. Now yours: {command} serve")
    print(f"To see it on a page, and keep it until Ctrl-C: {command} demo --page{by_make}")
    return 0


def called(program: str) -> str:
    """Return how the command is called again by who has called it as this program."""
    if Path(program).name == "vss-mock" and which("vss-mock") != program:
        return program
    return "vss-mock"


def walk(vss: "Narrator") -> None:
    """Tell the life of a snapshot; raise Differs where it is not as told."""
    vss.chapter("A mock of the VSS API listens on " + vss.url + ", in this process, in memory.")
    vss.time("Its clock stands still until it is moved.", vss.get("/_mock/clock"))

    vss.chapter("Log in as jm. The token lives 24 hours of the mock's time.")
    vss.log_in("jm:jm")

    vss.chapter("Find the machine by a part of its name.")
    found = vss.call("GET", "/v2/vm?name=coreos0&summary")
    vss.expect("name", [vm["name"] for vm in found.data], ["1606T-coreos0"])
    machine = f"/v2/vm/{found.data[0]['uuid']}"

    vss.chapter("Ask for a snapshot tonight at 22:00, to be kept for 12 hours.")
    body = {"from_date": "2016-07-29 22:00", "valid_for": 12, "description": DESCRIPTION}
    accepted = vss.call("POST", f"{machine}/snapshot", body)
    vss.expect("status code", accepted.status_code, 202)
    vss.expect("state", accepted.data["state"], "Submitted")
    request = urlsplit(accepted.data["_links"]["request"]).path
    vss.expect("link", request, "/v2/request/snapshot/2")

    vss.chapter("Until then the request waits: no snapshot and no task yet.")
    vss.see(request, status="Submitted", action="Create", task_id=None)

    vss.chapter("Let time pass.")
    vss.move({"advance_to": "2016-07-29T22:00"}, "to 2016-07-29T22:00", ["take"])
    vss.chapter("The snapshot is taken, and its deletion is scheduled.")
    taken = vss.see(request, status="Scheduled", action="Delete")
    snapshot = f"{machine}/snapshot/{taken['snapshot']['snap_id']}"
    vss.expect(
        "warnings",
        taken["message"]["warnings"],
        [
            f"Snapshot created SR-2 (1): {DESCRIPTION} from 2016-07-29 22:00:00-04:00 valid for 12",
            "Snapshot Delete has been Scheduled to 2016-07-30 10:00:00 EDT",
        ],
    )
    standing = vss.call("GET", snapshot)
    vss.expect("createTime", standing.data[0]["createTime"], "2016-07-29 22:00:00")

    vss.chapter("Keep it for 12 hours more.")
    extended = vss.call("PUT", request, {"attribute": "duration", "value": 12})
    vss.expect("status code", extended.status_code, 204)
    later = vss.see(request, status="Scheduled", action="Delete")
    vss.expect("to_date", later["snapshot"]["to_date"], "2016-07-30 22:00:00 EDT")

    vss.chapter("Let a day pass.")
    vss.move({"advance": "24h"}, "advance 24h", ["delete"])
    vss.chapter("The token has expired, since that too goes by the mock's clock. Log in again.")
    vss.log_in("jm:jm")
    vss.chapter("The snapshot is gone, and the request is done.")
    vss.see(request, status="Processed", action="Done")
    left = vss.call("GET", f"{machine}/snapshot")
    vss.expect("snapshots", left.data, [])

    vss.chapter("Make some mistakes. A refusal names all of them, and changes nothing.")
    wrong = {"from_date": "tomorrow", "vaild_for": 12, "description": DESCRIPTION}
    refused = vss.call("POST", f"{machine}/snapshot", wrong)
    vss.expect("status code", refused.status_code, 400)
    vss.expect(
        "parameters",
        sorted(refused.document["parameters"]),
        ["from_date", "vaild_for", "valid_for"],
    )


class Narrator:
    """A client of a mock at a base URL that tells what it does, and what it expects and sees."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._token = ""
        self._last: Mapping[str, Any] = {}
        self._address = urlsplit(url).netloc
        self._ink = Ink(sys.stdout)

    def chapter(self, sentence: str) -> None:
        """Say what comes next."""
        print(f"\n{self._ink.bold(sentence)}")

    def time(self, sentence: str, clock: Answer) -> None:
        """Say where the clock stands, in the mock's local time."""
        print(self._ink.yellow(f"  {clock.document['local']}") + f"  {sentence}")

    def expect(self, what: str, seen: object, wanted: object) -> None:
        """Say what was seen in an answer; raise Differs if it is not what is wanted."""
        check(what, seen, wanted)
        shown = seen if isinstance(seen, str) else json.dumps(seen)
        print(self._ink.green(f"  ok: {what} {_shortened(shown)}"))

    def get(self, path: str) -> Answer:
        """Get a document without a word."""
        return self._exchange("GET", path, None, {})

    def call(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, user: str | None = None
    ) -> Answer:
        """Make a call as a user with a password, or with the token; tell it and its answer."""
        words = ["curl", *(() if method == "GET" else ("-X", method))]
        headers = {}
        if user:
            words += ["-u", user]
            headers["Authorization"] = "Basic " + b64encode(user.encode()).decode()
        else:
            words += ["-H", '"Authorization: Bearer $TK"']
            headers["Authorization"] = f"Bearer {self._token}"
        if body is not None:
            words += ["-H", "'Content-Type: application/json'", "-d", f"'{json.dumps(body)}'"]
            headers["Content-Type"] = "application/json"
        print("  $ " + self._ink.cyan(" ".join([*words, f"'{self.url}{path}'"])))
        answer = self._exchange(method, path, body, headers)
        print(self._ink.dim(f"  {answer.status_code}"))
        if answer.document is not None:
            self._tell(answer.document.get("data", answer.document))
        return answer

    def log_in(self, user: str) -> None:
        """Get a token, and use it from now on."""
        login = self.call("POST", "/auth/request-token", user=user)
        check("status code", login.status_code, 200)
        self._token = login.document["token"]
        self.expect("user", login.document["user"], user.partition(":")[0])

    def see(self, request: str, **wanted: object) -> Any:
        """Get a snapshot request, expect these values of its members, and return its data."""
        seen = self.call("GET", request)
        check("status code", seen.status_code, 200)
        for member, value in wanted.items():
            self.expect(member, seen.data[member], value)
        return seen.data

    def move(self, body: Mapping[str, Any], command: str, events: list[str]) -> None:
        """Move the clock, tell what fired, and expect just these events."""
        print("  $ " + self._ink.cyan(f"vss-mock clock {command} --url {self.url}"))
        headers = {"Content-Type": "application/json"}
        clock = self._exchange("POST", "/_mock/clock", body, headers)
        check("status code", clock.status_code, 200)
        for fired in clock.document["fired"]:
            print(
                f"  {fired['at']}  request {fired['request']}: {fired['event']}, "
                f"{fired['from']} -> {fired['to']}"
            )
        self.expect("events", [fired["event"] for fired in clock.document["fired"]], events)
        self.time("is the time now.", clock)

    def _tell(self, document: Any) -> None:
        """Print a document; of one with an id that was printed before, only what has changed."""
        told = document
        if isinstance(document, dict) and "id" in document:
            told = {
                name: value for name, value in document.items() if self._last.get(name) != value
            }
            if self._last:
                print(self._ink.dim("    What has changed:"))
            self._last = document
        for line in json.dumps(_elided(told), indent=2).splitlines():
            print(self._ink.dim(f"    {line}"))

    def _exchange(
        self, method: str, path: str, body: Mapping[str, Any] | None, headers: Mapping[str, str]
    ) -> Answer:
        connection = HTTPConnection(self._address, timeout=TIMEOUT_S)
        try:
            connection.request(
                method, path, None if body is None else json.dumps(body), dict(headers)
            )
            response = connection.getresponse()
            content = response.read()
            document = json.loads(content) if content else None
        except (OSError, HTTPException, ValueError) as problem:
            raise Differs(f"{method} {path} was not answered: {problem}") from problem
        finally:
            connection.close()
        return Answer(response.status, document)


def check(what: str, seen: object, wanted: object) -> None:
    """Raise Differs if what was seen is not what is wanted."""
    if seen != wanted:
        raise Differs(f"{what} should be {json.dumps(wanted)} and is {json.dumps(seen)}")


def _elided(value: Any) -> Any:
    """Return a document without what would only be noise here: links, users, long strings' ends."""
    if isinstance(value, dict):
        return {name: _elided(member) for name, member in value.items() if name not in ELIDED}
    if isinstance(value, list):
        return [_elided(item) for item in value]
    return _shortened(value) if isinstance(value, str) else value


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_STRING else text[: LONGEST_STRING - 3] + "..."
