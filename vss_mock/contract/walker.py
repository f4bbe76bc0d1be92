"""Walks through a world beside the model: makes calls, and judges each answer by what was expected.

It keeps the walk as it went, so that what is broken can be told and repeated.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from vss_mock.contract.answers import Answers, Call
from vss_mock.contract.blame import Judge
from vss_mock.contract.differences import VALUE, Difference, Learned, differences
from vss_mock.contract.expected import Expected
from vss_mock.contract.judge import parsed
from vss_mock.contract.memory import Astray, Broken, Memory, Taken, Token, Wanted, member
from vss_mock.contract.model import Model
from vss_mock.contract.model_rules import BY_ID
from vss_mock.contract.places import Place
from vss_mock.contract.rules import Break, NotObserved
from vss_mock.contract.secrets import Secrets
from vss_mock.contract.sent import Sent
from vss_mock.contract.transport import Answer
from vss_mock.contract.values import ABSENT, show

STATE: Final = frozenset({"status", "action", "to_date", "from_date", "id", "snap_id", "data"})
"""Members in which server and model differ for good: what follows would be named falsely."""

LOGIN: Final = "token-request"
"""The operation whose answers hold what nobody may see."""


class Walker:
    """A walk through one world."""

    def __init__(self, place: Place, answers: Answers, model: Model, memory: Memory) -> None:
        self.place = place
        self.model = model
        self.names: dict[str, Any] = dict(place.names)
        for one in place.names.get("users", ()):
            self.names[f"{one['username']}_login"] = one["login"]
            self.names[f"{one['username']}_password"] = one["password"]
        self.expected = Expected(model, place.url, answers.api.dialect)
        self.judge = Judge(model, self.expected)
        self.trail: list[Taken] = []
        self.tokens: list[Token] = []
        self.first = next(iter(model.users))
        self._answers = answers
        self._memory = memory
        self._learned = Learned()
        self._epoch = 0
        self._refused = False
        self._turn = 0
        self._right: dict[tuple[str, str, str], int] = {}

    def learned(self, *of: Any) -> Any:
        """Return what was learned of something, ABSENT if nothing yet."""
        return self._learned.get(*of)

    def bearer(self, user: str) -> dict[str, str]:
        """Return how a user is named in a call."""
        return {"bearer": "{token}" if user == self.first else f"{{{user}_token}}"}

    def since(self, dialect: str) -> bool:
        """Tell whether the place speaks a dialect, or a later one."""
        return self.expected.since(dialect)

    def secrets(self) -> Secrets:
        """Return what may not be shown of this walk."""
        secrets = Secrets()
        for name, value in self.names.items():
            if name.endswith(("token", "password", "forged")) or name.startswith("issued"):
                secrets.learn(str(value), name)
        return secrets

    def turn(self) -> int:
        """Count on, for what is to be done by turns."""
        self._turn += 1
        return self._turn

    @property
    def unread(self) -> bool:
        """Whether nothing was read since something changed."""
        return self._epoch not in self._right.values()

    def moved(self) -> None:
        """Take note that something has changed, so that what was read may read differently."""
        self._epoch += 1
        self._refused = False

    def refused(self) -> None:
        """Take note that a call was refused, after which everything has to read as before."""
        self._refused = True

    def advance(self, target: int, how: Mapping[str, Any], what: str) -> None:
        """Let time pass to an instant; raises NotObserved where it cannot."""
        moved = self.place.time.jump(how)
        if moved is not None:
            if moved[1].status >= 300:
                raise NotObserved(f"its clock refuses to move ({moved[1].status})")
            self.trail.append(Taken(what, *moved, looks=False))
        self._memory.calls += 1
        self.model.pass_to(target)
        self.moved()

    def call(
        self, what: str, sent: Sent, caller: str | None, wanted: Wanted, *, looks: bool = False
    ) -> Answer:
        """Make a call and judge its answer; raise Broken, or Astray."""
        self._memory.calls += 1
        answer = sent.through(self.place.transport, self.names)
        self.trail.append(Taken(what, sent, answer, looks))
        self._judge(sent, answer, caller, wanted)
        return answer

    def read(self, user: str, path: str, query: str, wanted: Wanted, what: str = "") -> Answer:
        """Read something; where it is broken, look whether reading broke it."""
        key, sent = (user, path, query), Sent("GET", path, query, self.bearer(user))
        told = what or f"{user} reads {path}{f'?{query}' if query else ''}"
        try:
            answer = self.call(told, sent, user, wanted, looks=True)
            if self._right.get(key) == self._epoch:
                self._memory.looked_at["no-read-changes-anything"] += 1
        except Broken as broken:
            if broken.found.rule in BY_ID:
                raise self._because(broken, key) from None
            raise
        self._right[key] = self._epoch
        return answer

    def check(self, rule: str, where: str, expected: Any, actual: Any) -> None:
        """Judge something that stands beside the document; raise Broken."""
        self._memory.looked_at[rule] += 1
        if expected != actual:
            found = _of(rule, where, show(expected), show(actual))
            if not self._memory.knows(found):
                raise Broken(found)

    def _because(self, broken: Broken, key: tuple[str, str, str]) -> Broken:
        """Return what is broken, named after what seems to have broken it.

        What read rightly, and differently now though nothing has happened, was changed by reading,
        or by a call that was refused.
        """
        if self._right.get(key) != self._epoch:
            return broken
        rule = "refusals-change-nothing" if self._refused else "no-read-changes-anything"
        since = next(
            number
            for number, one in reversed(list(enumerate(self.trail[:-1])))
            if (one.sent.path, one.sent.query) == key[1:] and one.sent.method == "GET"
        )
        found = broken.found
        if self._memory.knows(found._replace(rule=rule)):
            raise Astray
        return Broken(_of(rule, found.where, found.expected, found.actual), looked=since)

    # Judging.

    def _judge(self, sent: Sent, answer: Answer, caller: str | None, wanted: Wanted) -> None:
        self._memory.looked_at.update(wanted.rules)
        found = self._found(sent, answer, wanted)
        shape = (wanted.operation, sent.method, answer.status, wanted.shape)
        if found is None and shape in self._memory.shapes:
            return
        operation = self._answers.api.operations[wanted.operation]
        flaws = self._answers.flaws(Call(sent.method, sent.path, caller), answer, operation)
        self._memory.shapes.add(shape)
        breaks = [one for one in flaws if not one.rule.startswith("answer-")]
        if found is None:
            breaks += [one for one in flaws if one.rule.startswith("answer-")]
        else:
            blamed = self._blamed(*found, wanted)
            # A wrong status code is at the bottom of whatever else is wrong with the answer.
            first = found[1][0].pointer == "status" and answer.status < 500
            breaks = [*blamed, *breaks] if first else [*breaks, *blamed]
        fresh = [one for one in breaks if not self._memory.knows(one)]
        if fresh:
            hide = self.secrets().hide
            one = fresh[0]
            raise Broken(one._replace(expected=hide(one.expected), actual=hide(one.actual)))
        parted = found is not None and any(member(one.pointer) in STATE for one in found[1])
        if parted or any(map(_parts, breaks)):
            raise Astray

    def _found(
        self, sent: Sent, answer: Answer, wanted: Wanted
    ) -> tuple[str, Sequence[Difference]] | None:
        """Return what differs, with the rule for what no table blames; None if nothing does."""
        if answer.status not in wanted.statuses:
            codes = " or ".join(str(code) for code in sorted(wanted.statuses))
            rule = (
                wanted.otherwise if isinstance(wanted.otherwise, str) else wanted.otherwise(answer)
            )
            return rule, [Difference(VALUE, "status", codes, str(answer.status))]
        if sent.method == "HEAD" or wanted.document is None:
            return None
        document = parsed(answer)
        if document is ABSENT:
            return "", [Difference(VALUE, "", wanted.document, "no JSON")]
        found = list(differences(wanted.document, document, self._learned))
        return ("", found) if found else None

    def _blamed(self, rule: str, every: Sequence[Difference], wanted: Wanted) -> list[Break]:
        """Return the break that lies under some differences, none if they are all known."""
        fresh = [one for one in every if not self._memory.hides(one.pointer)]
        if not fresh:
            return []
        blamed: tuple[str | None, Difference] = (rule or None, fresh[0])
        if not rule and wanted.blame is not None:
            blamed = wanted.blame(fresh)
        named, one = blamed
        named = named or f"answer-{wanted.operation}"
        if one.pointer == "status":
            return [_of(named, one.pointer, str(one.expected), str(one.actual))]
        if wanted.operation == LOGIN and one.pointer not in {"/user", "/duration"}:
            return [_of(named, one.pointer, "a token", "(hidden)")]
        expected = self._learned.shown(one.expected)
        return [_of(named, one.pointer, expected, show(one.actual), self._answers)]


def _parts(found: Break) -> bool:
    """Tell whether server and model differ for good after a break."""
    if found.where == "status":
        return found.expected.startswith("2") != found.actual.startswith("2")
    return member(found.where) in STATE


def _of(rule: str, where: str, expected: str, actual: str, answers: Answers | None = None) -> Break:
    known = BY_ID.get(rule)
    if known is None and answers is not None:
        known = next((one for one in answers.rules() if one.id == rule), None)
    evidence, source = (known.evidence, known.source) if known else ("", "")
    return Break(where, expected, actual, rule, evidence, source)
