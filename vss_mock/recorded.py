"""What was asked of a world, for tests that assert it: calls as they were recorded, and asserts.

Everything is read from the mock's journal, so that it is the same for a mock that runs elsewhere.
An assertion that fails says what was expected, what there was, and what differed.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

NEAREST = 3
"""How many calls a failed assertion shows: those that differ least."""
LONGEST = 80
"""How many characters of a value it shows."""
OF_THE_CALL = ("method", "path", "status_code", "user")
"""The conditions that are not of a call's body or query."""


class RecordedCall(NamedTuple):
    """One call that reached a world, with its answer.

    `at` is the world's time (UTC). `operation` is the id of what was called, None where there is no
    such thing; `user` who called, None where a refused login named nobody. `target` is the path and
    the query as they came; `body` and `answer` are JSON, or the text of what was none, or None.
    `headers` are those that the journal tells, secrets by their names. `faults` are the ids of the
    faults that struck it, `ending` how much of the answer was sent.
    """

    number: int
    at: datetime
    operation: str | None
    user: str | None
    method: str
    target: str
    headers: Mapping[str, str]
    body: Any
    status_code: int
    answer: Any
    ending: str
    faults: tuple[int, ...]

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> dict[str, str]:
        """The parameters of the query; of one that is given twice the last value counts."""
        return dict(parse_qsl(self.target.partition("?")[2], keep_blank_values=True))


class RecordedEvent(NamedTuple):
    """One event of a world: its number among the calls, and what let it happen.

    `event` is the event as the journal spells it, `at` when it happened (UTC).
    """

    number: int
    at: datetime
    cause: str
    event: Mapping[str, Any]


class UnknownOperation(ValueError):
    """An operation that the world's dialect does not have: a test would wait for it in vain."""


class Journal:
    """What has reached a world, in order. It is read anew each time it is asked.

    Conditions of a call are `user`, `status_code`, `method`, `path`, and members of its body by
    name, or parameters of its query where it has no body. They are compared with `==`, so that
    `unittest.mock.ANY` stands for any value that is there.
    """

    def __init__(self, read: Callable[[], Any]) -> None:
        self._read = read

    def __iter__(self) -> Iterator[RecordedCall | RecordedEvent]:
        """Yield the calls and the events in the order in which they came."""
        return iter(self.all())

    def all(self) -> list[RecordedCall | RecordedEvent]:
        """Return the calls and the events in the order in which they came."""
        return [_recorded(entry) for entry in self._read()["entries"]]

    def events(self) -> list[RecordedEvent]:
        """Return what has happened."""
        return [each for each in self.all() if isinstance(each, RecordedEvent)]

    def calls(self, operation: str | None = None, /, **conditions: Any) -> list[RecordedCall]:
        """Return the calls of an operation that meet the conditions; of all if none is named.

        Raises UnknownOperation for one that the world's dialect does not have.
        """
        return _meeting(self._made(operation), operation, conditions)

    def assert_called(self, operation: str, /, **conditions: Any) -> RecordedCall:
        """Fail unless a call of the operation meets the conditions; return the last that does."""
        __tracebackhide__ = True
        made = self._made(operation)
        met = _meeting(made, operation, conditions)
        if not met:
            wanted = f"expected a call of {_said(operation, conditions)}"
            raise AssertionError(f"{wanted}; {_nearest(made, operation, conditions)}")
        return met[-1]

    def assert_called_once(self, operation: str, /, **conditions: Any) -> RecordedCall:
        """Fail unless exactly one call of the operation meets the conditions; return it."""
        __tracebackhide__ = True
        made = self._made(operation)
        met = _meeting(made, operation, conditions)
        if len(met) != 1:
            wanted = f"expected one call of {_said(operation, conditions)}"
            found = _found(met) if met else _nearest(made, operation, conditions)
            raise AssertionError(f"{wanted}; {found}")
        return met[0]

    def assert_called_once_with(self, operation: str, /, **conditions: Any) -> RecordedCall:
        """Fail unless the operation was called once, and so that it meets the conditions."""
        __tracebackhide__ = True
        made = self._made(operation)
        met = _meeting(made, operation, {})
        if len(met) > 1 or not _meeting(met, operation, conditions):
            wanted = f"expected one call of {operation} at all, {_spelled(conditions)}"
            found = _found(met) if len(met) > 1 else _nearest(made, operation, conditions)
            raise AssertionError(f"{wanted}; {found}")
        return met[0]

    def assert_not_called(self, operation: str, /, **conditions: Any) -> None:
        """Fail if a call of the operation meets the conditions."""
        __tracebackhide__ = True
        met = _meeting(self._made(operation), operation, conditions)
        if met:
            raise AssertionError(
                f"expected no call of {_said(operation, conditions)}; {_found(met)}"
            )

    def assert_order(self, *operations: str) -> list[RecordedCall]:
        """Fail unless the operations were called one after the other; return these calls.

        Other calls may stand between them.
        """
        __tracebackhide__ = True
        made = self._made(*operations)
        met: list[RecordedCall] = []
        for operation in operations:
            after = met[-1].number if met else 0
            later = (call for call in made if call.number > after and call.operation == operation)
            if (found := next(later, None)) is None:
                wanted = f"expected calls of {', then '.join(operations)}"
                behind = f" after {_shown(met[-1])}" if met else ""
                raise AssertionError(
                    f"{wanted}; there was no {operation}{behind}. {_summary(made)}"
                )
            met.append(found)
        return met

    def _made(self, *operations: str | None) -> list[RecordedCall]:
        """Return all calls; raise UnknownOperation for an operation that there cannot be."""
        journal = self._read()
        made = [_recorded(entry) for entry in journal["entries"]]
        calls = [each for each in made if isinstance(each, RecordedCall)]
        for operation in {*operations} - {None, *(call.operation for call in calls)}:
            _check_known(str(operation), journal["world"]["dialect"])
        return calls


def _recorded(entry: Mapping[str, Any]) -> RecordedCall | RecordedEvent:
    if entry["kind"] == "event":
        event = entry["event"]
        at = datetime.fromisoformat(event["at"])
        return RecordedEvent(entry["number"], at, entry["cause"], event)
    request, answer = entry["request"], entry["answer"]
    return RecordedCall(
        number=entry["number"],
        at=datetime.fromisoformat(entry["at"]),
        operation=entry["operation"],
        user=entry["user"],
        method=entry["method"],
        target=entry["target"],
        headers=request["headers"],
        body=_content(request),
        status_code=answer["status_code"],
        answer=_content(answer),
        ending=answer["ending"],
        faults=tuple(entry["faults"]),
    )


def _content(message: Mapping[str, Any]) -> Any:
    """Return a body: what was no text is left in base64."""
    return message.get("text", message.get("base64", message["body"]))


def _meeting(
    calls: Iterable[RecordedCall], operation: str | None, conditions: Mapping[str, Any]
) -> list[RecordedCall]:
    return [
        call
        for call in calls
        if operation in {None, call.operation} and not _differences(call, conditions)
    ]


def _differences(call: RecordedCall, conditions: Mapping[str, Any]) -> list[str]:
    """Say what of a call is not as the conditions have it."""
    given = call.body if isinstance(call.body, dict) else call.query
    own = {name: getattr(call, name) for name in OF_THE_CALL}
    there = {**given, **own}
    return [
        f"{name} was {_value(there[name]) if name in there else 'left out'}, not {_value(wanted)}"
        for name, wanted in conditions.items()
        if name not in there or not wanted == there[name]  # noqa: SIM201 - so that ANY is asked
    ]


def _check_known(operation: str, dialect: str) -> None:
    known = _operations(dialect)
    if operation not in known:
        near = get_close_matches(operation, known, 1)
        guess = f": did you mean {near[0]!r}?" if near else ""
        raise UnknownOperation(f"{dialect} has no operation {operation!r}{guess}")


@lru_cache
def _operations(dialect: str) -> tuple[str, ...]:
    from vss_mock.resources import find

    paths = json.loads((find("schemas") / dialect / "openapi.json").read_bytes())["paths"]
    return tuple(
        operation["operationId"]
        for item in paths.values()
        for operation in item.values()
        if isinstance(operation, dict) and "operationId" in operation
    )


def _found(met: Sequence[RecordedCall]) -> str:
    lines = [f"  {_shown(call)}" for call in met[:NEAREST]]
    if len(met) > NEAREST:
        lines.append(f"  and {len(met) - NEAREST} more")
    return "\n".join([f"there {_count(len(met))}:", *lines])


def _nearest(made: Sequence[RecordedCall], operation: str, conditions: Mapping[str, Any]) -> str:
    """Say which calls of an operation came closest, and what differed; or what was called."""
    found = _meeting(made, operation, {})
    if not found:
        return f"there was none of {operation}. {_summary(made)}"
    told = [(_differences(call, conditions), call) for call in found]
    told.sort(key=lambda one: (len(one[0]), -one[1].number))
    lines = [f"  {_shown(call)}: {'; '.join(differences)}" for differences, call in told[:NEAREST]]
    if len(told) > NEAREST:
        lines.append(f"  and {len(told) - NEAREST} more")
    return "\n".join([f"there {_count(len(found))} of {operation}, but not so:", *lines])


def _summary(made: Sequence[RecordedCall]) -> str:
    if not made:
        return "Nothing was called."
    counted = Counter(call.operation or "no operation" for call in made)
    return "Called were " + ", ".join(f"{name} ({count})" for name, count in counted.items()) + "."


def _shown(call: RecordedCall) -> str:
    who = "nobody known" if call.user is None else call.user
    path = _short(call.target)
    return f"entry {call.number}, {call.method} {path} by {who}, answered {call.status_code}"


def _said(operation: str, conditions: Mapping[str, Any]) -> str:
    return f"{operation} {_spelled(conditions)}" if conditions else operation


def _spelled(conditions: Mapping[str, Any]) -> str:
    told = [f"{name} {_value(value)}" for name, value in conditions.items()]
    return "with " + " and ".join(told) if told else "with anything"


def _count(count: int) -> str:
    return "was 1" if count == 1 else f"were {count}"


def _value(value: Any) -> str:
    try:
        return _short(json.dumps(value, ensure_ascii=False))
    except (TypeError, ValueError):
        return _short(repr(value))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
