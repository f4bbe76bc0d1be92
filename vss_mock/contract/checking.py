"""Checks an answer that somebody's own test has got, from whichever HTTP library.

Not called `check.py`: the function of that name stands in the package, and importing a module puts
it in the package under its own name.
"""

import base64
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from vss_mock import resources
from vss_mock.contract.answers import Answers, Call
from vss_mock.contract.api import Api, Operation
from vss_mock.contract.judge import parsed
from vss_mock.contract.rules import Break, Finding, Rule, Told
from vss_mock.contract.secrets import Secrets
from vss_mock.contract.sent import Sent
from vss_mock.contract.story import LONGEST_ANSWER, LONGEST_VALUE
from vss_mock.contract.transport import Answer

ROOTS: Final = ("/v2/", "/auth/")
"""What paths of the API begin with, after the path that the server is mounted at."""
HIDDEN: Final = frozenset({"token", "password"})
NOT_READ: Final = "the body was not read: await response.read() first"
TAKEN: Final = "a response of requests, httpx or aiohttp"


class BrokenContract(AssertionError):
    """An answer breaks rules. Carries `findings`, and the same as bare `breaks`."""

    def __init__(self, message: str, findings: tuple[Finding, ...]) -> None:
        super().__init__(message)
        self.findings = findings
        self.breaks = tuple(
            Break(one.where, one.expected, one.actual, one.rule, one.evidence, one.source)
            for one in findings
        )


class UnknownOperation(LookupError):
    """No document has an operation at a path. Carries `method` and `path`."""

    def __init__(self, method: str, path: str) -> None:
        super().__init__(f"no operation of the API is at {path} ({method})")
        self.method = method
        self.path = path


class Got(NamedTuple):
    """A response, whichever library it is of: what was asked, and what was answered."""

    method: str
    url: str
    authorization: str
    body: bytes | None
    answer: Answer


def check(response: Any, dialect: str) -> None:
    """Hold a response against its operation's schema and the rules of any answer.

    Raises BrokenContract, UnknownOperation, TypeError for what is no response, and ValueError for
    one whose body was not read, or a dialect that is not known.
    """
    got = read(response)
    api = _api(dialect)
    base, path, query, operation = _place(api, got)
    answers = Answers(api, base)
    flaws = answers.flaws(Call(got.method, path), got.answer, operation)
    if not flaws:
        return
    secrets = _secrets(got)
    rules = {rule.id: rule for rule in answers.rules()}
    auth = {"bearer": "{token}"} if got.authorization else None
    sent = Sent(got.method, path, query, auth, {}, got.body)
    text = got.answer.body.decode(errors="replace")
    told = Told(
        f"{operation.id} -> {got.answer.status}",
        secrets.hide(sent.curl(base)),
        _short(secrets.hide(f"{got.answer.status} {text}"), LONGEST_ANSWER),
    )
    findings = tuple(_finding(flaw, rules[flaw.rule], secrets, told) for flaw in flaws)
    where = secrets.hide(f"{got.method} {base}{path}")
    lines = [f"{where} answered {got.answer.status}, which breaks the contract:"]
    for one in findings:
        lines.append(f"- {one.where or 'the body'}: expected {one.expected}, got {one.actual}")
        lines.append(f"  ({one.rule}; {one.evidence}: {one.source})")
    raise BrokenContract("\n".join(lines), findings)


def read(response: Any) -> Got:
    """Return what a response says. Raises TypeError for none, ValueError for one without body."""
    names = set(dir(response))  # hasattr would ask an unread response for its content
    if names >= {"status_code", "headers", "content", "request"}:
        return _of_requests(response)
    if names >= {"status", "headers", "method", "text", "request_info"}:
        return _of_aiohttp(response)
    raise TypeError(f"check takes {TAKEN}, not {type(response).__name__}")


def _of_requests(response: Any) -> Got:
    """Return what a response of requests or httpx says; they have the same names for it."""
    try:
        request, content = response.request, response.content
    except RuntimeError as problem:
        raise ValueError(f"the response has to be read first: {problem}") from None
    if request is None:
        raise ValueError("the response does not say what was asked")
    return Got(
        str(request.method).upper(),
        str(request.url),
        str(request.headers.get("Authorization", "")),
        _body(request),
        Answer(response.status_code, _headers(response.headers), content),
    )


def _body(request: Any) -> bytes | None:
    """Return the text that was sent, None for none, for other bytes and for what is gone by now."""
    try:
        body = request.body if hasattr(request, "body") else request.content
        text = body.decode() if isinstance(body, bytes) else body
    except (RuntimeError, UnicodeDecodeError):
        return None
    return text.encode() if isinstance(text, str) and text else None


def _of_aiohttp(response: Any) -> Got:
    # The text, not read(): that is refused once the connection has gone back. All bytes have one.
    reading = response.text(encoding="latin-1")
    try:
        reading.send(None)
    except StopIteration as done:
        body = done.value.encode("latin-1")
    except Exception:  # noqa: BLE001  # whichever of the library's: there is no body to be had
        raise ValueError(NOT_READ) from None
    else:
        reading.close()
        raise ValueError(NOT_READ)
    info = response.request_info
    return Got(
        str(response.method).upper(),
        str(info.real_url),
        str(info.headers.get("Authorization", "")),
        None,
        Answer(response.status, _headers(response.headers), body),
    )


def _headers(headers: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in headers.items():
        lower = name.lower()
        found[lower] = f"{found[lower]}, {value}" if lower in found else value
    return found


@cache
def _api(dialect: str) -> Api:
    files = resources.load_schemas()
    name = f"{dialect}/openapi.json"
    if name not in files or dialect == "control":
        known = sorted(
            folder
            for folder in (
                path.partition("/")[0] for path in files if path.endswith("/openapi.json")
            )
            if folder != "control"
        )
        raise ValueError(f"no dialect {dialect!r} is known, only {', '.join(known)}")
    return Api(files, name)


def _place(api: Api, got: Got) -> tuple[str, str, str, Operation]:
    """Return the server's URL, the path and the query that were called, and the operation."""
    parts = urlsplit(got.url)
    for start in _starts(parts.path):
        path = parts.path[start:]
        methods = api.methods(path)
        if methods:
            # "snapshot/consolidate" has no DELETE, although "snapshot/{id}" has.
            own = [got.method] if got.method in methods else []
            near = (*own, "GET", *sorted(methods))
            operation = next(filter(None, (api.match(method, path) for method in near)))
            host = parts.netloc.rpartition("@")[2]
            return f"{parts.scheme}://{host}{parts.path[:start]}", path, parts.query, operation
    raise UnknownOperation(got.method, parts.path)


def _starts(path: str) -> Iterator[int]:
    """Give the places in a path where the API's own paths may begin."""
    return (number for number in range(len(path)) if path.startswith(ROOTS, number))


def _secrets(got: Got) -> Secrets:
    """Return what may not be told of a call: how somebody logged in, and the token that came."""
    secrets = Secrets()
    kind, _, value = got.authorization.partition(" ")
    secrets.learn(value)
    if kind.lower() == "basic":
        try:
            plain = base64.b64decode(value).decode()
        except ValueError:
            plain = ""
        for part in plain.split(":", 1):
            secrets.learn(part)
    for secret in _kept_close(parsed(got.answer)):
        secrets.learn(secret)
    return secrets


def _kept_close(document: Any, inside: bool = False) -> Iterator[str]:
    """Give the texts of a document that stand under a name that says that they are secret."""
    if isinstance(document, dict):
        for name, value in document.items():
            yield from _kept_close(value, inside or name in HIDDEN)
    elif isinstance(document, list):
        for value in document:
            yield from _kept_close(value, inside)
    elif inside and isinstance(document, str):
        yield document


def _finding(flaw: Break, rule: Rule, secrets: Secrets, told: Told) -> Finding:
    secret = HIDDEN & set(flaw.where.split("/"))
    return Finding(
        flaw.rule,
        flaw.evidence or rule.evidence,
        flaw.source or rule.source,
        flaw.where,
        _short(secrets.hide(flaw.expected), LONGEST_VALUE),
        "(hidden)" if secret else _short(secrets.hide(flaw.actual), LONGEST_VALUE),
        (told,),
    )


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
