"""A call explained: what the documents say of it, how to make it again, whether its bodies fit."""

from http import HTTPStatus
from typing import Any

from vss_mock.api.exchanges import exchange
from vss_mock.api.house import House
from vss_mock.api.messages import Document
from vss_mock.api.recording import Recorded
from vss_mock.simulator.worlds import DEFAULT, Tenancy
from vss_mock.wire import bodies, evidence, pyvss, snippets
from vss_mock.wire.documents import Operation, Violation
from vss_mock.wire.hiding import Secrets
from vss_mock.wire.problems import Refusal
from vss_mock.wire.traffic import Message, entry, without_secrets

ERROR_SCHEMA = "common/error.json"
LOGIN = "token-request"
UNSUPPORTED = 415
"""The status code of an answer to a body that is said to be no JSON: pyvss never says so."""

_NO_BODY = object()
"""What stands for a body that is not there, or was too long to be kept."""


def explained(
    house: House, tenancy: Tenancy, told: Recorded, secrets: Secrets, number: int | None = None
) -> Document:
    """Return a call of a world as a document, `number` being its place in the journal, if any.

    The work is bounded by the size of the bodies that a journal keeps: of longer ones only the size
    is known, so they are neither shown nor held against a schema.
    """
    spoken = exchange(told)
    spelled = entry(spoken, secrets)
    call = {name: spelled.pop(name) for name in ("method", "target")} | spelled.pop("request")
    operation = told.operation
    body_schema = _body_schema(operation, spoken.asked.size)
    answer_schema = _answer_schema(
        operation, spoken.method, spoken.status_code, spelled["answer"]["size"]
    )
    held = _held(house, body_schema, spoken.asked, secrets)
    return {
        **spelled,
        "number": number,
        "summary": operation and operation.summary,
        "description": operation and operation.description,
        "evidence": [
            each._asdict()
            for each in evidence.told(
                house.documents,
                operation,
                (body_schema, _value(spoken.asked)),
                (answer_schema, _value(spoken.answered)),
            )
        ],
        "call": call,
        "snippets": _snippets(house, tenancy, told, secrets, fits=held is None or held["valid"]),
        "request_schema": held,
        "answer_schema": _held(house, answer_schema, spoken.answered, secrets),
    }


def unanswered(document: Document) -> Document:
    """Return an explained call that nobody knows the answer of."""
    return {**document, "answer": None, "answer_schema": None}


def _body_schema(operation: Operation | None, size: int) -> str | None:
    """Return the schema of a call's body, None where it has none and needs none."""
    wanted = operation is not None and (size or operation.body_required)
    return operation.body if operation is not None and wanted else None


def _answer_schema(
    operation: Operation | None, method: str, status_code: int, size: int
) -> str | None:
    """Return the schema of an answer, that of refusals where the operation names none."""
    if not size:
        return None
    schema = operation.answers.get(str(status_code)) if operation is not None else None
    return schema or (ERROR_SCHEMA if status_code >= HTTPStatus.BAD_REQUEST else None)


def _value(message: Message) -> Any:
    """Return what a body says as JSON, _NO_BODY where there is none that is known."""
    if len(message.body) < message.size:
        return _NO_BODY
    try:
        return bodies.read_json(message.body)
    except Refusal:
        return _NO_BODY


def _held(house: House, schema: str | None, message: Message, secrets: Secrets) -> Document | None:
    """Return how a body fits its schema, None where there is no schema or the body is not known."""
    if schema is None or len(message.body) < message.size:
        return None
    try:
        value = bodies.read_json(message.body)
    except Refusal as refusal:
        wrong = [Violation("", "", refusal.message)]
    else:
        wrong = house.documents.violations(schema, value)
    violations = [
        {"path": secrets.text(path), "name": secrets.text(name), "sentence": secrets.text(sentence)}
        for path, name, sentence in wrong
    ]
    return {"schema": schema, "valid": not violations, "violations": violations}


def _snippets(
    house: House, tenancy: Tenancy, told: Recorded, secrets: Secrets, *, fits: bool
) -> Document:
    """Return how a call is made once more, not at all where its body was not kept.

    pyvss makes calls whose body `fits` its schema.
    """
    call, user = told.call, told.user
    if told.call_size is not None and told.call_size > len(call.body):
        return {"curl": None, "httpie": None, "pyvss": None}
    logs_in = told.operation is not None and told.operation.id == LOGIN
    login = token = None
    if user is not None and logs_in:
        at = "" if tenancy.name == DEFAULT else f"@{tenancy.name}"
        login = f"{user.username}{at}"
    elif user is not None:
        token = tenancy.tokens[user.username]
    # That a page of this mock made the call need not be said again: nothing depends on it.
    origin = None if call.origin == call.base else call.origin
    headers = {"Content-Type": call.content_type, "Origin": origin}
    made = snippets.Made(
        call.method,
        call.base,
        secrets.target(call.target),
        token,
        login,
        {name: secrets.text(value) for name, value in headers.items() if value is not None},
        without_secrets(call.body, secrets),
    )
    fits = fits and told.reply.status_code != UNSUPPORTED
    lines = _lines(house, tenancy, made, told.operation) if fits and told.operation else None
    return {"curl": snippets.curl(made), "httpie": snippets.httpie(made), "pyvss": lines}


def _lines(house: House, tenancy: Tenancy, made: snippets.Made, operation: Operation) -> str | None:
    """Return a call as lines for pyvss, none where its path is another one without secrets."""
    _, route, params, query = house.paths.read(made.target)
    if route != operation.path:
        return None
    body = bodies.read_json(made.body) if operation.body is not None else None
    meant = pyvss.Meant(operation, params, query, body)
    return pyvss.lines(made, meant, tenancy.dialect)
