"""The traffic of a run as an HTTP archive, HAR 1.2 (http://www.softwareishard.com/blog/har-12-spec).

What a field of the format wants and nobody knows is -1 or empty, as the format says.
"""

import base64
import json
import re
from collections.abc import Mapping
from http.client import responses
from typing import Any, Final
from urllib.parse import unquote

from vss_mock.contract.reports.document import instant
from vss_mock.contract.reports.texts import Texts
from vss_mock.contract.run import Run
from vss_mock.contract.secrets import Secrets
from vss_mock.contract.traffic import Exchange
from vss_mock.contract.transport import Answer

LONGEST_BODY: Final = 16_384
"""How many characters of a body are reported."""
VERSION: Final = "HTTP/1.1"
UNKNOWN: Final = "x-unknown"
"""The type of a body that names none, as browsers spell it."""

_ESCAPED: Final = re.compile("[\udc80-\udcff]")


def render(run: Run, secrets: Secrets) -> bytes:
    """Return the archive as JSON in UTF-8."""
    texts = Texts(secrets)
    log: dict[str, Any] = {
        "version": "1.2",
        "creator": {"name": "vss-mock", "version": texts.exact(run.version)},
        "entries": [_entry(run.target, exchange, texts) for exchange in run.exchanges],
    }
    if len(run.exchanges) < run.calls:
        log["comment"] = f"the first {len(run.exchanges)} of {run.calls} calls"
    return (json.dumps({"log": log}, ensure_ascii=False, indent=1) + "\n").encode()


def _entry(target: str, exchange: Exchange, texts: Texts) -> dict[str, Any]:
    took = round(exchange.seconds * 1000, 3)
    return {
        "startedDateTime": instant(exchange.started),
        "time": took,
        "request": _request(target, exchange, texts),
        "response": _unanswered() if exchange.answer is None else _response(exchange.answer, texts),
        "cache": {},
        "timings": {"send": 0, "wait": took, "receive": 0},
    }


def _request(target: str, exchange: Exchange, texts: Texts) -> dict[str, Any]:
    # Without secrets before it is taken apart: one may hold a "&" or a "=".
    query = texts.short(exchange.query, LONGEST_BODY)
    address = texts.short(target.rstrip("/") + exchange.path, LONGEST_BODY)
    request: dict[str, Any] = {
        "method": texts.exact(exchange.method),
        "url": f"{address}?{query}" if query else address,
        "httpVersion": VERSION,
        "cookies": [],
        "headers": _headers(exchange.headers, texts),
        "queryString": [
            {"name": texts.exact(unquote(name)), "value": texts.exact(unquote(value))}
            for name, _, value in (part.partition("=") for part in query.split("&") if part)
        ],
        "headersSize": -1,
        "bodySize": len(exchange.body or b""),
    }
    if exchange.body is not None:
        request["postData"] = {
            "mimeType": texts.short(_type(exchange.headers)),
            "text": texts.short(exchange.body.decode(errors="backslashreplace"), LONGEST_BODY),
        }
    return request


def _response(answer: Answer, texts: Texts) -> dict[str, Any]:
    content: dict[str, Any] = {
        "size": len(answer.body),
        "mimeType": texts.short(_type(answer.headers)),
    }
    if answer.body:
        content |= _content(answer.body, texts)
    return {
        "status": answer.status,
        "statusText": responses.get(answer.status, ""),
        "httpVersion": VERSION,
        "cookies": [],
        "headers": _headers(answer.headers, texts),
        "content": content,
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": len(answer.body),
    }


def _unanswered() -> dict[str, Any]:
    return {
        "status": 0,
        "statusText": "",
        "httpVersion": VERSION,
        "cookies": [],
        "headers": [],
        "content": {"size": 0, "mimeType": UNKNOWN},
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": -1,
        "comment": "no answer came",
    }


def _content(body: bytes, texts: Texts) -> dict[str, str]:
    """Return a body as text if it is UTF-8, else in base64; what is cut off, a comment says."""
    # Secrets are looked for in base64's bytes too, where what is no text travels as surrogates.
    text = texts.hidden(body.decode(errors="surrogateescape"))
    found: dict[str, str] = {"text": text[:LONGEST_BODY]}
    if len(text) > LONGEST_BODY:
        found["comment"] = f"the first {LONGEST_BODY:,} of {len(text):,} characters"
    if _ESCAPED.search(text):
        raw = found["text"].encode(errors="surrogateescape")
        found |= {"text": base64.b64encode(raw).decode(), "encoding": "base64"}
    return found


def _headers(headers: Mapping[str, str], texts: Texts) -> list[dict[str, str]]:
    return [
        {"name": texts.short(name), "value": texts.short(value)} for name, value in headers.items()
    ]


def _type(headers: Mapping[str, str]) -> str:
    return next(
        (value for name, value in headers.items() if name.lower() == "content-type"), UNKNOWN
    )
