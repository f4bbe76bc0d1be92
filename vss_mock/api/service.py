"""From a call to its reply: match, log in, settle, limit, check the body, handle, check the answer.

The OpenAPI documents decide what exists; a handler is the function named by the operation's id.
"""

import re
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from hmac import compare_digest
from types import ModuleType
from typing import Any, cast

from vss_mock.api import (
    account,
    control,
    control_events,
    control_explain,
    control_faults,
    control_journal,
    control_page,
    control_saved,
    places,
    request,
    snapshot,
    user,
    vm,
)
from vss_mock.api.control_parts import check_origin
from vss_mock.api.faults import troubled
from vss_mock.api.house import House, PageReader
from vss_mock.api.keeping import BY_AND_BY, keep_clocks, kept, kept_steps
from vss_mock.api.limits import CALL_LIMIT, TOKEN_LIMIT, Limiter
from vss_mock.api.messages import Call, Reply, Steps
from vss_mock.api.pacing import caught_up, settle
from vss_mock.api.recording import record
from vss_mock.api.rendering import render
from vss_mock.api.visit import Visit
from vss_mock.simulator.clock import SECOND
from vss_mock.simulator.errors import NotKept, SimulatorError, UnknownWorld
from vss_mock.simulator.records import User
from vss_mock.simulator.trail import Unkept
from vss_mock.simulator.worlds import DEFAULT, Tenancy, Worlds
from vss_mock.wire import bodies, problems, tokens
from vss_mock.wire.dialect_2016 import NO_TIME
from vss_mock.wire.dialects import DIALECTS
from vss_mock.wire.documents import Documents, Operation
from vss_mock.wire.problems import CHALLENGE, Refusal, short

CONTROL = "/_mock/"
OPEN = frozenset(
    {"/_mock", "/_mock/", "/_mock/health", "/_mock/page/{file}", "/_mock/whose"},
)
"""What needs no control token: it tells nothing of a world, or what the caller knows."""
LOGIN = "token-request"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
"""The methods of calls that ask for nothing to be changed."""
CONTROL_DIALECT = "control"
ERROR_SCHEMA = "common/error.json"
KEPT_ANSWERS = 4096
"""How many rendered requests are kept at a time; past it, all are made anew."""
KEPT_TOKENS = 4096
"""How many checked tokens are remembered at a time; past it, all are checked anew."""

Handler = Callable[[Visit], Reply | Steps]
Opened = tuple[Tenancy, User, int | None]
"""The world and the user that a token stands for, and the second at which it expires."""
Reached = Opened | tuple[Tenancy, User | None]
"""A world that a call reached, and who called, as far as it is known."""
ControlHandler = Callable[[House, Call, Any], Reply | Steps]

_JSON = re.compile(r"application/json\s*(;\s*charset=\"?utf-8\"?\s*)?", re.IGNORECASE)


class BrokenContract(Exception):
    """An answer that its own schema refuses: a fault of this mock, seen only in strict mode."""


def _handlers(*modules: ModuleType) -> dict[str, Callable[..., Any]]:
    return {
        name.replace("_", "-"): function
        for module in modules
        for name, function in vars(module).items()
        if getattr(function, "__module__", None) == module.__name__ and not name.startswith("_")
    }


HANDLERS: Mapping[str, Handler] = _handlers(vm, snapshot, request, places, user, account)
"""The API's handlers by operation id."""
CONTROL_HANDLERS: Mapping[str, ControlHandler] = _handlers(
    control,
    control_events,
    control_explain,
    control_faults,
    control_journal,
    control_page,
    control_saved,
)
"""The control API's handlers by operation id."""


class Service(House):
    """All worlds behind one door. It owns no socket and reads no clock: each call says when it is.

    `strict` checks every answer against its schema and raises BrokenContract.
    """

    def __init__(
        self,
        documents: Documents,
        worlds: Worlds,
        *,
        preset: Mapping[str, Any],
        version: str,
        page: PageReader,
        control_token: str | None = None,
        rate_limit: bool = False,
        strict: bool = False,
    ) -> None:
        operations = {name: documents.operations(name) for name in (*DIALECTS, CONTROL_DIALECT)}
        dialects = {
            name: spelling({operation.id: operation.path for operation in operations[name]})
            for name, spelling in DIALECTS.items()
        }
        paths = {operation.path for found in operations.values() for operation in found}
        super().__init__(documents, worlds, dialects, preset, version, page, paths)
        self._control_token = control_token
        self._limiter = Limiter() if rate_limit else None
        self._strict = strict
        self._clocks_kept_at = 0
        self._tokens: dict[str, tuple[tokens.Claims, int]] = {}
        # What each dialect has at a path, by method.
        self._methods: dict[str, dict[str, Mapping[str, Operation]]] = {}
        for dialect, found in operations.items():
            for operation in found:
                by_dialect = self._methods.setdefault(operation.path, {})
                by_dialect[dialect] = {
                    **by_dialect.get(dialect, {}),
                    operation.method: operation,
                }
        self._differing = frozenset(
            path
            for path, by_dialect in self._methods.items()
            if len({_allowed(methods) for methods in by_dialect.values()}) > 1
        )

    def routes(self) -> list[tuple[str, tuple[str, ...]]]:
        """Return each path template, with the methods it takes where all dialects agree on them.

        HEAD and OPTIONS are among them; where dialects differ there are none.
        """
        return [
            (path, () if path in self._differing else _allowed(next(iter(by_dialect.values()))))
            for path, by_dialect in self._methods.items()
        ]

    def long_bodies(self) -> dict[tuple[str, str], int]:
        """Return how many bytes a body may have where that is not the usual limit.

        The keys are methods with path templates.
        """
        return {
            (operation.method, path): operation.body_bytes
            for path, by_dialect in self._methods.items()
            for methods in by_dialect.values()
            for operation in methods.values()
            if operation.body_bytes is not None
        }

    def handle(self, call: Call) -> Reply | Steps:
        """Answer a call; never raises, but for BrokenContract in strict mode.

        What reaches a world is entered in its journal with its answer, refusals too.
        """
        known = self._methods.get(call.route or "", {})
        # A path may be spelled in other ways, as %5F for _, so what it matched counts as well.
        if CONTROL_DIALECT in known or call.path.startswith(CONTROL):
            return self._experiment(call, known)
        opened = self._opened(call)
        operation = None
        reply: Reply | Steps
        try:
            found = self._match(call, known, self._dialect(opened, call, known))
            if isinstance(found, Reply):
                reply = found
            else:
                operation = found
                if operation.id == LOGIN:
                    opened = self._log_in(call)
                if isinstance(opened, Refusal):
                    raise opened  # noqa: TRY301 - refused below, as anything else that is
                tenancy, user, expires = opened
                reply = self._serve(call, operation, tenancy, user, expires)
        except (Refusal, SimulatorError) as error:
            reply = self._refuse(call, error)
        except Exception:
            self._undo()
            raise
        if self.worlds.unkept is not None:
            reply = self._kept(call, reply, self.worlds.unkept)
        reached = opened if type(opened) is tuple else self._reached(call, operation)
        if reached is None:
            return reply
        if not isinstance(reply, Reply):
            return self._recorded(call, operation, reached, reply)
        record(reached[0], reached[1], operation, call, reply)
        return reply

    def answered(
        self, call: Call, tenancy: Tenancy, user: User
    ) -> Generator[None, None, tuple[Operation | None, Reply]]:
        """Return what a GET is answered in a world, and its operation, if it has one.

        Neither limits nor faults count, and nobody is told of it. Raises Refusal for a path that is
        the control API's.
        """
        known = self._methods.get(call.route or "", {})
        if CONTROL_DIALECT in known or call.path.startswith(CONTROL):
            message = f"target: {short(call.path)} is the control API's: ask for it itself"
            raise Refusal(400, message, parameters=["target"])
        operation: Operation | None = None
        try:
            # Only OPTIONS is answered without an operation, and is no read of something.
            operation = cast(Operation, self._match(call, known, tenancy.dialect))
            reply = self._visited(call, operation, tenancy, user)
            return operation, reply if isinstance(reply, Reply) else (yield from reply)
        except (Refusal, SimulatorError) as error:
            return operation, self._refuse(call, error)

    def refusal(
        self, status_code: int, message: str, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Return what the edge answers to what it cannot even read as a call."""
        return self._refused(Refusal(status_code, message, headers=headers))

    def tick(self, at: int) -> Iterator[None]:
        """Bring every live world to the edge's instant; others may be served at each yield."""
        for tenancy in list(self.worlds):
            if tenancy.pace.live:
                while not caught_up(tenancy, at):
                    yield
        if at - self._clocks_kept_at >= BY_AND_BY:
            self._clocks_kept_at = at
            yield from self.keep_clocks()

    def keep_clocks(self) -> Iterator[None]:
        """Keep where the clocks that run stand, if anything is kept here."""
        if self.worlds.unkept is not None:
            yield from keep_clocks(self.worlds, self.worlds.unkept)

    def warm_up(self) -> None:
        """Load what the first bodies need, right and wrong ones, so that nobody waits for it then.

        It may run in a thread beside the calls: what two make at the same time is the same.
        """
        for by_dialect in self._methods.values():
            for dialect in by_dialect.keys() & {self.worlds[DEFAULT].dialect, CONTROL_DIALECT}:
                for operation in by_dialect[dialect].values():
                    if operation.body is not None:
                        self.documents.is_valid(operation.body, None)
        self.documents.violations(ERROR_SCHEMA, None)

    # The way of a call.

    def _experiment(
        self, call: Call, known: Mapping[str, Mapping[str, Operation]]
    ) -> Reply | Steps:
        """Answer whoever handles the worlds from outside; that is in no journal."""
        try:
            if call.route not in OPEN:
                self._check_control_token(call)
            found = self._match(call, known, CONTROL_DIALECT)
            reply = found if isinstance(found, Reply) else self._control(call, found)
        except (Refusal, SimulatorError) as error:
            reply = self._refuse(call, error)
        except Exception:
            self._undo()
            raise
        if self.worlds.unkept is not None:
            return self._kept(call, reply, self.worlds.unkept)
        return reply if isinstance(reply, Reply) else self._caught(call, reply)

    def _kept(self, call: Call, reply: Reply | Steps, unkept: Unkept) -> Reply | Steps:
        """Let a reply leave once what its call has changed is kept."""

        def refuse(problem: NotKept) -> Reply:
            return self._refuse(call, problem)

        reads = call.method in SAFE
        if isinstance(reply, Reply):
            return kept(unkept, reply, refuse, reads=reads)
        return kept_steps(unkept, self._caught(call, reply), refuse, reads=reads)

    def _undo(self) -> None:
        """Undo what a call has changed that came to a fault of our own."""
        if self.worlds.unkept is not None:
            self.worlds.unkept.undo()

    def _match(
        self, call: Call, known: Mapping[str, Mapping[str, Operation]], dialect: str
    ) -> Operation | Reply:
        """Return what a dialect has at a path, or what it answers to OPTIONS."""
        methods = known.get(dialect)
        if methods is None:
            raise Refusal(404, f"there is nothing at {short(call.path)}{self._hint(call.path)}")
        operation = methods.get("GET" if call.method == "HEAD" else call.method)
        return operation or self._other_method(call, dialect, methods)

    def _reached(self, call: Call, operation: Operation | None) -> "Reached | None":
        """Return the world that a refused login meant, and whom it named there."""
        if operation is None or operation.id != LOGIN:
            return None
        tenancy, user, _ = self._named(call)
        return None if tenancy is None else (tenancy, user)

    def _recorded(
        self, call: Call, operation: Operation | None, reached: "Reached", steps: Steps
    ) -> Steps:
        """Enter a call in the journal when its answer is done."""
        reply = yield from self._caught(call, steps)
        record(reached[0], reached[1], operation, call, reply)
        return reply

    def _caught(self, call: Call, steps: Steps) -> Steps:
        try:
            return (yield from steps)
        except (Refusal, SimulatorError) as error:
            return self._refuse(call, error)

    def _dialect(
        self, opened: "Opened | Refusal", call: Call, known: Mapping[str, Mapping[str, Operation]]
    ) -> str:
        """Return the dialect of the world that a token opens, the default world's without one.

        Where that one has no such call, a stranger may mean another world: the latest that has it.
        """
        if type(opened) is tuple:
            return opened[0].dialect
        own = self.worlds[DEFAULT].dialect
        method = "GET" if call.method == "HEAD" else call.method
        fits = [dialect for dialect, methods in known.items() if method in methods]
        if own in fits or (own in known and not fits) or not known:
            return own
        return max(fits or known)

    def _allowing(self, call: Call, reply: Reply) -> Reply:
        """Tell the methods of a path that takes other ones in other dialects."""
        if call.route not in self._differing or "Allow" in reply.headers:
            return reply
        by_dialect = self._methods[call.route]
        methods = by_dialect.get(self._dialect(self._opened(call), call, by_dialect))
        told = {"Allow": ", ".join(_allowed(methods))} if methods else {}
        return reply._replace(headers={**reply.headers, **told})

    def _later(
        self, call: Call, operation: Operation, tenancy: Tenancy, user: User, expires: int | None
    ) -> Steps:
        """Serve a call of a live world that has much to catch up with."""
        yield from settle(tenancy, call.at)
        reply = self._serve(call, operation, tenancy, user, expires)
        return reply if isinstance(reply, Reply) else (yield from reply)

    def _serve(
        self, call: Call, operation: Operation, tenancy: Tenancy, user: User, expires: int | None
    ) -> Reply | Steps:
        if tenancy.pace.settles and not caught_up(tenancy, call.at):
            return self._later(call, operation, tenancy, user, expires)
        if not tenancy.world.faults:
            return self._carry_out(call, operation, tenancy, user, expires)

        def answer() -> Reply | Steps:
            try:
                reply = self._carry_out(call, operation, tenancy, user, expires)
            except (Refusal, SimulatorError) as error:
                return self._refuse(call, error)
            return reply if isinstance(reply, Reply) else self._caught(call, reply)

        return troubled(tenancy, user, operation.id, call, answer)

    def _carry_out(
        self, call: Call, operation: Operation, tenancy: Tenancy, user: User, expires: int | None
    ) -> Reply | Steps:
        if expires is not None and tenancy.world.now // SECOND >= expires:
            raise problems.expired()
        headers = self._count(call, operation, tenancy, user)
        return self._visited(call, operation, tenancy, user, headers)

    def _visited(
        self,
        call: Call,
        operation: Operation,
        tenancy: Tenancy,
        user: User,
        headers: Mapping[str, str] | None = None,
    ) -> Reply | Steps:
        """Let a call that has been let in take effect."""
        visit = Visit(self, call, tenancy, user, self._body(call, operation))
        if len(self.kept) > KEPT_ANSWERS:
            self.kept.clear()
        if operation.path in self._differing:
            allowed = ", ".join(_allowed(self._methods[operation.path][tenancy.dialect]))
            headers = {**(headers or {}), "Allow": allowed}
        reply = HANDLERS[operation.id](visit)
        if isinstance(reply, Reply):
            return self._sent(operation, reply, headers)
        return self._stepped(operation, reply, headers)

    def _sent(self, operation: Operation, reply: Reply, headers: Mapping[str, str] | None) -> Reply:
        if headers:
            reply = reply._replace(headers={**reply.headers, **headers})
        return self._checked(operation, reply)

    def _control(self, call: Call, operation: Operation) -> Reply | Steps:
        """Serve a call of the control API, if it does not come from a web page elsewhere."""
        if operation.method != "GET":
            check_origin(call)
            if operation.method in {"POST", "PUT"} and not _is_json(call.content_type):
                raise Refusal(415, "the control API wants Content-Type: application/json")
        reply = CONTROL_HANDLERS[operation.id](self, call, self._body(call, operation))
        if isinstance(reply, Reply):
            return self._checked(operation, reply)
        return self._stepped(operation, reply, None)

    def _stepped(
        self, operation: Operation, steps: Steps, headers: Mapping[str, str] | None
    ) -> Steps:
        return self._sent(operation, (yield from steps), headers)

    def _other_method(self, call: Call, dialect: str, methods: Mapping[str, Operation]) -> Reply:
        allowed = ", ".join(_allowed(methods))
        if call.method != "OPTIONS":
            message = f"{short(call.path)} takes {allowed}, not {short(call.method)}"
            raise Refusal(405, message, headers={"Allow": allowed})
        data = self.documents.documentation(dialect, call.route or "")
        document = {"data": data, "meta": {"count": len(data), "time": NO_TIME}}
        return Reply(200, render(document), {"Allow": allowed})

    # Who calls.

    def _log_in(self, call: Call) -> "Opened":
        """Return the world and the user of a name and password."""
        tenancy, user, password = self._named(call)
        if tenancy and user and password is not None and _same(password, user.password):
            return tenancy, user, None
        message = "Invalid username or password"
        raise Refusal(401, message, headers=CHALLENGE, error="authentication error")

    def _named(self, call: Call) -> tuple[Tenancy | None, User | None, str | None]:
        """Return the world and the user that a login names, and its password.

        `jm@world` names the world; of a login without a name nothing is known.
        """
        credentials = tokens.credentials(call.authorization)
        if credentials is None or credentials[1] is None:
            return None, None, None
        username, password = credentials
        name, at, world = username.rpartition("@")
        try:
            tenancy = self.worlds[world if at else DEFAULT]
        except UnknownWorld:
            tenancy = None
        user = tenancy.world.user(name if at else username) if tenancy else None
        return tenancy, user, password

    def _opened(self, call: Call) -> "Opened | Refusal":
        """Return what a token opens, or why it opens nothing."""
        try:
            return self._open(call)
        except Refusal as refusal:
            return refusal

    def _open(self, call: Call) -> "Opened":
        """Return the world and the user that a token stands for, and the second it expires at."""
        credentials = tokens.credentials(call.authorization)
        if credentials is None:
            message = "log in: Authorization: Bearer TOKEN, or Basic with the token as username"
            raise Refusal(401, message, headers=CHALLENGE)
        token, password = credentials
        if not password:
            fixed = self.worlds.open(token.encode(errors="surrogateescape"))
            if fixed is not None:
                return *fixed, None
            issued = self._issued(token)
            if issued is not None:
                return issued
        raise Refusal(401, "no such token, or none any more: log in again", headers=CHALLENGE)

    def _issued(self, token: str) -> tuple[Tenancy, User, int] | None:
        """Return what an issued token stands for, whether or not it has expired."""
        claims, seed = self._tokens.get(token) or (tokens.peek(token), None)
        try:
            tenancy = self.worlds[claims.world] if claims else None
        except UnknownWorld:
            tenancy = None
        user = tenancy.world.user(claims.username) if tenancy and claims else None
        if tenancy is None or claims is None or user is None:
            return None
        if seed != tenancy.world.seed:
            if not tokens.is_signed(token, tenancy.world.seed, tenancy.name):
                return None
            if len(self._tokens) >= KEPT_TOKENS:
                self._tokens.clear()
            self._tokens[token] = (claims, tenancy.world.seed)
        tenancy.journal.note_token(token)
        return tenancy, user, claims.expires

    def lets_in(self, authorization: Sequence[str]) -> bool:
        """Tell whether Authorization headers bear the control token, if one is wanted."""
        if self._control_token is None:
            return True
        credentials = tokens.credentials(tuple(authorization))
        given = credentials[0] if credentials and credentials[1] is None else ""
        return _same(given, self._control_token)

    def _check_control_token(self, call: Call) -> None:
        if not self.lets_in(call.authorization):
            message = "the control API wants Authorization: Bearer and the control token"
            raise Refusal(401, message, headers={"WWW-Authenticate": 'Bearer realm="vss-mock"'})

    def _count(
        self, call: Call, operation: Operation, tenancy: Tenancy, user: User
    ) -> dict[str, str] | None:
        if self._limiter is None:
            return None
        if operation.id == LOGIN:
            caller, limit = (tenancy.name, "", call.client), TOKEN_LIMIT
        else:
            caller, limit = (tenancy.name, user.username, ""), CALL_LIMIT
        return self._limiter.count(caller, limit, tenancy.world.now)

    # What goes in and out.

    def _body(self, call: Call, operation: Operation) -> Any:
        """Return the checked body, a long one unread.

        Calls that want none tolerate what real clients send there.
        """
        schema = operation.body
        if schema is None:
            return None
        if call.body and not _is_json(call.content_type):
            raise Refusal(415, "a body wants Content-Type: application/json")
        if not call.body and not operation.body_required:
            return None
        if operation.body_bytes is not None:
            return call.body  # its handler reads it, slice by slice
        body = bodies.read_json(call.body)
        if not self.documents.is_valid(schema, body):
            violations = self.documents.violations(schema, body)
            names = list(
                dict.fromkeys(violation.name for violation in violations if violation.name)
            )
            sentences = "; ".join(violation.sentence for violation in violations)
            raise Refusal(400, sentences, parameters=names)
        return body

    def _checked(self, operation: Operation, reply: Reply) -> Reply:
        if self._strict:
            schema = operation.answers[str(reply.status_code)]
            document = None if schema is None else bodies.read_json(reply.body)
            if schema is not None and not self.documents.is_valid(schema, document):
                raise BrokenContract(operation.id, self.documents.violations(schema, document))
        return reply

    def _refuse(self, call: Call, error: Refusal | SimulatorError) -> Reply:
        return self._allowing(call, self._refused(error))

    def _refused(self, error: Refusal | SimulatorError) -> Reply:
        if isinstance(error, SimulatorError):
            error = problems.refusal(error)
        return Reply(error.status_code, render(error.document), error.headers)

    def _hint(self, path: str) -> str:
        other = path[:-1] if path.endswith("/") else f"{path}/"
        return f" (did you mean {other}?)" if other in self._methods else ""


def _allowed(methods: Mapping[str, Operation]) -> tuple[str, ...]:
    """Return what a path takes, in the documented order."""
    head = ("HEAD",) if "GET" in methods else ()
    return (*sorted(set(methods) - {"GET"}), *head, "OPTIONS", *methods.keys() & {"GET"})


def _is_json(content_type: str | None) -> bool:
    return content_type is not None and _JSON.fullmatch(content_type.strip()) is not None


def _same(given: str, wanted: str) -> bool:
    return compare_digest(
        given.encode(errors="surrogateescape"), wanted.encode(errors="surrogateescape")
    )
