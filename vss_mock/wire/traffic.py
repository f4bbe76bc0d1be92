"""A recorded call as a document: an entry of a journal, or one of an HTTP archive (HAR 1.2).

Nobody finds a secret in either: headers are shown by allow-list, and names stand for tokens.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import orjson

from vss_mock.simulator.clock import iso
from vss_mock.wire.bodies import read_json
from vss_mock.wire.hiding import Secrets
from vss_mock.wire.problems import Refusal

JSON = "application/json"
UNKNOWN_TYPE = "x-unknown"
"""The type of a body that names none, as browsers spell it in an archive."""
VERSION = "HTTP/1.1"
SHORT_BODY = 2048
"""Bytes of the longest body that is told with a call in short."""
LONG_REFUSAL = 16 * 1024
"""Bytes of the longest refusal that is looked into for its sentence."""

_SHOWN = {
    name.lower(): name
    for name in (
        "Allow",
        "Content-Type",
        "Retry-After",
        "WWW-Authenticate",
        "X-RateLimit-Limit",
        "X-RateLimit-Remaining",
        "X-RateLimit-Reset",
    )
}
"""The headers of answers that are shown."""

Document = dict[str, Any]


class Message(NamedTuple):
    """One direction of a call: headers that are known of it, and its body.

    `size` is how long the body was, in bytes; where that is more than there is, it was not kept.
    """

    headers: Mapping[str, str]
    body: bytes
    size: int


class Exchange(NamedTuple):
    """A call and its answer, in the world's time `at`, in microseconds.

    `operation` is the id of what was called, None where that is none, `username` who called, None
    where that is nobody; `base` is what URLs begin with. `authorization` holds the headers of that
    name, which are in no Message. `ending` tells whether the answer was sent whole, `faults` are
    the ids of the rules that fired.
    """

    at: int
    operation: str | None
    username: str | None
    method: str
    base: str
    target: str
    authorization: tuple[str, ...]
    asked: Message
    status_code: int
    answered: Message
    ending: str = "whole"
    faults: Sequence[int] = ()


def _head(exchange: Exchange, secrets: Secrets) -> Document:
    """Spell when who called what."""
    return {
        "kind": "call",
        "at": iso(exchange.at),
        "operation": exchange.operation,
        "user": exchange.username,
        "method": exchange.method,
        "target": secrets.target(exchange.target),
    }


def entry(exchange: Exchange, secrets: Secrets) -> Document:
    """Spell a call as an entry of a journal, but for its number."""
    return {
        **_head(exchange, secrets),
        "request": {
            "headers": _request_headers(exchange, secrets),
            **_body(exchange.asked.body, secrets),
            "size": exchange.asked.size,
        },
        "answer": {
            "status_code": exchange.status_code,
            "headers": _answer_headers(exchange, secrets),
            **_body(_sent(exchange).body, secrets),
            "size": _sent(exchange).size,
            "ending": exchange.ending,
        },
        "faults": list(exchange.faults),
    }


def brief(exchange: Exchange, secrets: Secrets) -> Document:
    """Spell a call in short, but for its number, for those who watch and not for those who study.

    `body` is a short JSON body, None else; `message` is the sentence of a refusal.
    """
    return {
        **_head(exchange, secrets),
        "status_code": exchange.status_code,
        "body": _short_body(exchange.asked.body, secrets),
        "message": _message(exchange, secrets),
        "faults": list(exchange.faults),
        "ending": exchange.ending,
    }


def archived(number: int, exchange: Exchange, secrets: Secrets) -> Document:
    """Spell a call as an entry of an HTTP archive: the world's time, and no durations."""
    return {
        "startedDateTime": iso(exchange.at),
        "time": 0,
        "request": _archived_request(exchange, secrets),
        "response": _archived_response(exchange, secrets),
        "cache": {},
        "timings": {"send": 0, "wait": 0, "receive": 0},
        "comment": f"entry {number}: {exchange.operation or 'no operation'}",
    }


def _archived_request(exchange: Exchange, secrets: Secrets) -> Document:
    target, asked = secrets.target(exchange.target), exchange.asked
    headers = _request_headers(exchange, secrets)
    request: Document = {
        "method": exchange.method,
        "url": f"{exchange.base}{target}".partition("#")[0],
        "httpVersion": VERSION,
        "cookies": [],
        "headers": _pairs(headers),
        "queryString": [
            {"name": name, "value": value}
            for name, value in parse_qsl(
                target.partition("?")[2], keep_blank_values=True, errors="replace"
            )
        ],
        "headersSize": -1,
        "bodySize": asked.size,
    }
    if asked.size:
        text, _ = _text(asked.body, secrets)
        request["postData"] = {"mimeType": headers.get("Content-Type", UNKNOWN_TYPE), "text": text}
        if len(asked.body) < asked.size:
            request["postData"]["comment"] = "the body was too long to be kept"
    return request


def _archived_response(exchange: Exchange, secrets: Secrets) -> Document:
    headers, sent = _answer_headers(exchange, secrets), _sent(exchange)
    content: Document = {
        "size": sent.size,
        "mimeType": headers.get("Content-Type", UNKNOWN_TYPE),
    }
    if len(sent.body) < sent.size:
        content["comment"] = "the body was too long to be kept"
    elif sent.body:
        content["text"], encoded = _text(sent.body, secrets)
        content |= {"encoding": "base64"} if encoded else {}
    return {
        "status": exchange.status_code,
        "statusText": _phrase(exchange.status_code),
        "httpVersion": VERSION,
        "cookies": [],
        "headers": _pairs(headers),
        "content": content,
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": sent.size,
    }


def _sent(exchange: Exchange) -> Message:
    """Return the answer as it was sent: to HEAD, and with 204, without a body."""
    if exchange.method == "HEAD" or exchange.status_code == HTTPStatus.NO_CONTENT:
        return exchange.answered._replace(body=b"", size=0)
    return exchange.answered


def _request_headers(exchange: Exchange, secrets: Secrets) -> dict[str, str]:
    shown = secrets.authorization(exchange.authorization, exchange.username)
    headers = {} if shown is None else {"Authorization": shown}
    return headers | {name: secrets.text(value) for name, value in exchange.asked.headers.items()}


def _answer_headers(exchange: Exchange, secrets: Secrets) -> dict[str, str]:
    given = {
        _SHOWN[name.lower()]: secrets.text(value)
        for name, value in exchange.answered.headers.items()
        if name.lower() in _SHOWN
    }
    typed = {"Content-Type": JSON} if exchange.answered.size else {}
    # A header without a value is one that was left out.
    return {name: value for name, value in {**typed, **given}.items() if value}


def _body(raw: bytes, secrets: Secrets) -> Document:
    """Spell a body: JSON as `body`, what is none as `text`, and what is no text as `base64`."""
    try:
        value = read_json(raw)
    except Refusal:
        text, encoded = _text(raw, secrets)
        return {"body": None, "base64" if encoded else "text": text}
    return {"body": secrets.value(raw.decode(), value)}


def _short_body(raw: bytes, secrets: Secrets) -> Any:
    """Return a short JSON body, None for any other."""
    if len(raw) > SHORT_BODY:
        return None
    try:
        value = read_json(raw)
    except Refusal:
        return None
    return secrets.value(raw.decode(), value)


def _message(exchange: Exchange, secrets: Secrets) -> str | None:
    """Return the sentence of a refusal, None where there is none."""
    raw = exchange.answered.body
    if exchange.status_code < HTTPStatus.BAD_REQUEST or len(raw) > LONG_REFUSAL:
        return None
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:  # a fault has made it something else
        return None
    message = value.get("message") if isinstance(value, dict) else None
    return secrets.text(message) if isinstance(message, str) else None


def without_secrets(raw: bytes, secrets: Secrets) -> bytes:
    """Return a body with names for secrets, the same bytes where there are none in it."""
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:
        text = secrets.text(raw.decode(errors="surrogateescape"))
        return text.encode(errors="surrogateescape")
    hidden = secrets.value(raw.decode(), value)
    return raw if hidden is value else orjson.dumps(hidden)


def _text(raw: bytes, secrets: Secrets) -> tuple[str, bool]:
    """Return a body as text, in base64 if it is none, and whether that is so."""
    shown = without_secrets(raw, secrets)
    return (shown.decode(), False) if _is_text(shown) else (b64encode(shown).decode(), True)


def _is_text(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def _phrase(status_code: int) -> str:
    try:
        return HTTPStatus(status_code).phrase
    except ValueError:
        return ""


def _pairs(headers: Mapping[str, str]) -> list[Document]:
    return [{"name": name, "value": value} for name, value in headers.items()]
