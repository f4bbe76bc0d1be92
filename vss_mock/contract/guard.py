"""Stands before a server that others use: lets through what is harmless, and tidies up behind it.

On such a server one machine may be touched, with one snapshot at a time, and only by those who
allowed it. What is made is named before it is made, and deleted again, or told to be left.
"""

import json
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import urlsplit

from vss_mock.contract.judge import parsed
from vss_mock.contract.model import KEPT, WAITING
from vss_mock.contract.pace import POLL, Overrun
from vss_mock.contract.places import Time
from vss_mock.contract.rules import NotObserved
from vss_mock.contract.transport import Answer, Transport
from vss_mock.contract.values import at
from vss_mock.contract.words import DIALECTS, WORDS, Words

READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
LOGIN: Final = ("POST", "/auth/request-token")
TRIES: Final = 3
"""How often a call that tidies up is made when no answer comes."""
LONGEST_SHOWN: Final = 80


class Made:
    """A request for a snapshot that was made here, as it was last seen."""

    def __init__(self, path: str, words: Words) -> None:
        self.path = path
        self.words = words
        self.status = words.statuses[WAITING]
        self.snapshot: int | None = None
        self.ends: str | None = None

    @property
    def over(self) -> bool:
        """Whether nothing is left of it, nor will be."""
        return self.status not in {self.words.statuses[WAITING], self.words.statuses[KEPT]}


class Guard:
    """A transport that keeps to one machine, and remembers what it made there.

    `headers` are those of the user who may do so. `announce` is told in a sentence what a call will
    make, before it is sent. `words` are those of the server's dialect.
    """

    def __init__(
        self,
        inner: Transport,
        vm: str,
        vm_name: str,
        headers: Mapping[str, str],
        *,
        writes: bool,
        announce: Callable[[str], None],
        words: Words = WORDS[DIALECTS[0]],
    ) -> None:
        self._inner = inner
        self._vm = f"/v2/vm/{vm}"
        self._name = vm_name
        self._headers = dict(headers)
        self._writes = writes
        self._announce = announce
        self._words = words
        self._made: list[Made] = []

    def __call__(
        self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes | None
    ) -> Answer:
        """Return the answer. Raises NotObserved for a call that might touch what is not ours."""
        if method in READS or (method, path) == LOGIN:
            return self._inner(method, path, query, headers, body)
        if not self._writes:
            raise NotObserved("it changes something (--allow-writes allows it)")
        making = (method, path) == ("POST", f"{self._vm}/snapshot")
        if making:
            self._before_making(body)
        elif not self._is_ours(method, path):
            raise NotObserved("it might change what is not the judge's own")
        try:
            answer = self._inner(method, path, query, headers, body)
        except (OSError, KeyboardInterrupt):
            if making:
                self._find_lost()
            raise
        if making:
            self._note(answer)
        return answer

    def _before_making(self, body: bytes | None) -> None:
        for one in self._made:
            self._see(one)
        if any(not one.over for one in self._made):
            raise NotObserved("a snapshot of the judge's own is still there")
        try:
            asked = json.loads(body or b"{}")
        except ValueError:
            asked = None
        if isinstance(asked, dict):
            told = {
                name: str(asked.get(name, "nothing"))[:LONGEST_SHOWN]
                for name in ("from_date", "valid_for", "description")
            }
            self._announce(
                f"asks for a snapshot of {self._name}: from_date {told['from_date']}, "
                f"valid_for {told['valid_for']}, description {told['description']!r}"
            )

    def _is_ours(self, method: str, path: str) -> bool:
        """Tell whether a call changes a request or a snapshot that was made here."""
        if method == "PUT":
            return any(one.path == path for one in self._made)
        for one in self._made:
            self._see(one)
        ours = {f"{self._vm}/snapshot/{one.snapshot}" for one in self._made if one.snapshot}
        return method in {"DELETE", "PATCH"} and path in ours

    def _note(self, answer: Answer) -> None:
        """Remember what was accepted, whatever the status code is called."""
        link = at(parsed(answer), "/data/_links/request")
        if isinstance(link, str):
            self._made.append(Made(urlsplit(link).path, self._words))
        elif answer.status < 400:
            self._find_lost()

    def _find_lost(self) -> None:
        """Remember the newest request of the machine: its making was not answered."""
        try:
            query = "expand=1&sort=id,desc&per_page=1"
            answer = self._ask("GET", "/v2/request/snapshot", query)
        except (OSError, Overrun):
            self._made.append(Made("", self._words))
            return
        newest = at(parsed(answer), "/data/0")
        number = at(newest, "/id")
        if at(newest, "/vm_uuid") == self._vm.rpartition("/")[2] and isinstance(number, int):
            path = f"/v2/request/snapshot/{number}"
            if all(one.path != path for one in self._made):
                self._made.append(Made(path, self._words))

    def _see(self, one: Made) -> None:
        """Look how far a request has come."""
        if one.over or not one.path:
            return
        document = parsed(self._ask("GET", one.path))
        status = at(document, "/data/status")
        if isinstance(status, str):
            one.status = status
        number = at(document, "/data/snapshot/snap_id")
        if isinstance(number, str) and number.isdecimal():
            one.snapshot = int(number)
        ends = at(document, "/data/snapshot/to_date")
        one.ends = ends if isinstance(ends, str) else None

    def tidy(self, time: Time, patience: float) -> list[str]:
        """Delete what was made, and wait for it to be gone; return what is left, in sentences.

        `patience` is seconds to wait where time passes by itself. A lost connection is tried again.
        """
        waited = 0.0
        for one in self._made:
            told = False
            asked = False
            while True:
                try:
                    self._see(one)
                    stands = one.status == self._words.statuses[KEPT]
                    if stands and one.snapshot and not asked:
                        self._ask("DELETE", f"{self._vm}/snapshot/{one.snapshot}")
                        asked = True
                    if one.over or not one.path:
                        break
                    if time.patience and not told:
                        self._announce(f"tidies up: waits until {one.path} is over")
                        told = True
                    if not self._wait(time, waited, patience):
                        break
                    waited += POLL
                except (OSError, Overrun):
                    break
        left = [self._left(one) for one in self._made if not one.over]
        self._made = [one for one in self._made if not one.over]
        return left

    def _wait(self, time: Time, waited: float, patience: float) -> bool:
        """Let what is due happen; return whether it is worth looking again."""
        if waited >= max(patience, POLL):
            return False
        try:
            time.jump({"advance": 0})
        except NotObserved:
            return False
        time.wait(POLL)
        return True

    def _left(self, one: Made) -> str:
        if not one.path:
            return f"a request for a snapshot of {self._name} that was sent and not answered"
        until = f", which the server deletes by itself at {one.ends}" if one.ends else ""
        if one.snapshot:
            return f"snapshot {one.snapshot} of {self._name} ({one.path} is {one.status}){until}"
        return f"{one.path} for a snapshot of {self._name}, {one.status}{until}"

    def _ask(self, method: str, path: str, query: str = "") -> Answer:
        """Make a call of one's own, again if there is no answer. Raises OSError for none at all."""
        for _ in range(TRIES - 1):
            try:
                return self._inner(method, path, query, self._headers, None)
            except OSError:
                continue
        return self._inner(method, path, query, self._headers, None)
