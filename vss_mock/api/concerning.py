"""The calls in a journal that concern a request: the one that made it, all that are about it."""

from collections.abc import Generator
from typing import NamedTuple

from vss_mock.api.house import House
from vss_mock.api.messages import NO_ANSWER, Call, Manner, Reply
from vss_mock.api.pacing import slices
from vss_mock.api.recording import Recorded
from vss_mock.api.rendering import render
from vss_mock.simulator.lifecycle import Job
from vss_mock.simulator.records import ChangeRequest, Request
from vss_mock.simulator.worlds import Tenancy
from vss_mock.wire import bodies
from vss_mock.wire.asking import MAKING, asked, asks

ACCEPTED = 202
"""The status code of an answer to a call that made a request."""


class Concerning(NamedTuple):
    """The numbers of the calls that concern a request, and the one that made it, with its number.

    `made` is None where the journal has it no more.
    """

    numbers: list[int]
    made: tuple[int, Recorded] | None


def concerning(
    house: House, tenancy: Tenancy, request: Request
) -> Generator[None, None, Concerning]:
    """Look through a world's journal; others may be served at each yield."""
    about = _About(house, tenancy, request)
    numbers: list[int] = []
    made = struck = None
    for part in slices(tenancy.journal.calls()):
        for number, _, what in part:
            told = Recorded(*what)
            if about.answered_with_it(told):
                made = made or (number, told)
            elif about.hidden_by_fault(told):
                struck = struck or (number, told)
            elif not about.touched_by(told.call):
                continue
            numbers.append(number)
        yield
    return Concerning(numbers, made or struck)


def making(house: House, tenancy: Tenancy, request: Request, call: Call) -> Recorded:
    """Return the call that makes a request, spelled anew from its record, as yet unanswered.

    `call` is the control call that asks for it.
    """
    dialect = house.dialects[tenancy.dialect]
    operation_id, values, body = asked(dialect, request)
    operation = house.documents.operation(tenancy.dialect, operation_id)
    path = dialect.href("", operation_id, **values)
    made = Call(
        operation.method,
        path,
        operation.path,
        {name: str(value) for name, value in values.items()},
        authorization=(f"Bearer {tenancy.tokens[request.user]}",),
        content_type=None if body is None else "application/json",
        body=b"" if body is None else render(body),
        base=call.base,
        target=path,
    )
    user = tenancy.world.users[request.user]
    return Recorded(request.created_on, user, operation, made, Reply(NO_ANSWER))


class _About:
    """Tells which calls concern a request."""

    def __init__(self, house: House, tenancy: Tenancy, request: Request) -> None:
        kind = "change" if isinstance(request, ChangeRequest) else "snapshot"
        self._dialect = house.dialects[tenancy.dialect]
        self._world = tenancy.world
        self._request = request
        self._asked = asked(self._dialect, request)
        self._link = f'{self._dialect.href("", f"request-{kind}-get", id=request.id)}"'.encode()
        templates = {each.id: each.path for each in house.documents.operations(tenancy.dialect)}
        self._ids: dict[str | None, str | None] = {
            templates[f"request-{kind}-get"]: str(request.id),
            templates["request-task-get"]: self._world.task_id(request),
        }
        if not isinstance(request, ChangeRequest) and request.job is Job.CREATE:
            self._ids[templates["vm-snapshot-get"]] = str(request.snapshot)

    def answered_with_it(self, told: Recorded) -> bool:
        """Tell whether a call was answered with a link to the request that it made."""
        return _makes(told) and self._link in told.reply.body

    def hidden_by_fault(self, told: Recorded) -> bool:
        """Tell whether a call made the request although its answer, struck by faults, hides it.

        One that took effect twice made two, and is answered with the first.
        """
        struck = bool((told.reply.manner or Manner()).faults)
        return struck and _makes(told) and self._asks_for_it(told)

    def touched_by(self, call: Call) -> bool:
        """Tell whether a call is about the request, its task, or the snapshot that it made."""
        id = call.params.get("id", "")
        if call.route not in self._ids or _plain(id) != self._ids[call.route]:
            return False
        return "uuid" not in call.params or self._is_its_machine(call)

    def _asks_for_it(self, told: Recorded) -> bool:
        operation, request, values = told.operation, self._request, self._asked.values
        return (
            operation is not None
            and operation.id == self._asked.operation
            and (told.at, told.user and told.user.username) == (request.created_on, request.user)
            and self._is_its_machine(told.call)
            and _plain(told.call.params.get("id", "")) == str(values.get("id", ""))
            and asks(bodies.read_json(told.call.body), request)
        )

    def _is_its_machine(self, call: Call) -> bool:
        uuid = self._dialect.identified(self._world, call.params["uuid"])
        return uuid == self._request.vm


def _makes(told: Recorded) -> bool:
    operation = told.operation
    return operation is not None and operation.id in MAKING and told.reply.status_code == ACCEPTED


def _plain(id: str) -> str:
    """Return an id as it is spelled in links: numbers without zeros before them."""
    return id.lstrip("0") if id.isdecimal() else id
