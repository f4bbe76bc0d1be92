"""Lies that a server could tell: each stands between the judge and the mock and falsifies a little.

A lie is made anew for each walk, since some of them remember.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from vss_mock.contract.transport import Answer, Transport

Lie = Callable[[Transport], Transport]


class Asked(NamedTuple):
    """What the judge sent."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes | None


def answering(change: Callable[[Asked, Answer], Answer]) -> Lie:
    """Return a lie that changes answers."""

    def lie(inner: Transport) -> Transport:
        def send(
            method: str, path: str, query: str, headers: Mapping[str, str], body: bytes | None
        ) -> Answer:
            return change(
                Asked(method, path, query, headers, body), inner(method, path, query, headers, body)
            )

        return send

    return lie


def asking(change: Callable[[Asked], Asked]) -> Lie:
    """Return a lie that hears something else than was asked."""

    def lie(inner: Transport) -> Transport:
        def send(
            method: str, path: str, query: str, headers: Mapping[str, str], body: bytes | None
        ) -> Answer:
            return inner(*change(Asked(method, path, query, headers, body)))

        return send

    return lie


def replacing(old: str, new: str, part: str = "/v2/") -> Lie:
    """Return a lie that says one word for another in the answers of some paths."""

    def change(asked: Asked, answer: Answer) -> Answer:
        if part not in asked.path:
            return answer
        return answer._replace(body=answer.body.replace(old.encode(), new.encode()))

    return answering(change)


def rewriting(change: Callable[[Any], None], part: str, method: str = "GET") -> Lie:
    """Return a lie that changes the documents of successful answers of some paths."""

    def rewrite(asked: Asked, answer: Answer) -> Answer:
        if part not in asked.path or asked.method != method or answer.status >= 300:
            return answer
        document = json.loads(answer.body)
        change(document)
        return answer._replace(body=json.dumps(document).encode())

    return answering(rewrite)


def saying(status: int, instead: int, method: str, part: str, body: bytes | None = None) -> Lie:
    """Return a lie that answers one status code for another, and perhaps another body."""

    def change(asked: Asked, answer: Answer) -> Answer:
        if asked.method != method or part not in asked.path or answer.status != status:
            return answer
        return answer._replace(status=instead, body=answer.body if body is None else body)

    return answering(change)


def doing_more(more: Callable[[Transport, Asked, Answer], None]) -> Lie:
    """Return a lie that answers well, and does something beside."""

    def lie(inner: Transport) -> Transport:
        def send(
            method: str, path: str, query: str, headers: Mapping[str, str], body: bytes | None
        ) -> Answer:
            answer = inner(method, path, query, headers, body)
            more(inner, Asked(method, path, query, headers, body), answer)
            return answer

        return send

    return lie


def without_header(name: str) -> Lie:
    def change(asked: Asked, answer: Answer) -> Answer:
        return answer._replace(
            headers={key: value for key, value in answer.headers.items() if key != name}
        )

    return answering(change)


def early(inner: Transport, asked: Asked, answer: Answer) -> None:
    """Everything happens a second before its time."""
    if asked.path.endswith("/clock"):
        inner(asked.method, asked.path, "", asked.headers, b'{"advance": 1}')


def late(asked: Asked) -> Asked:
    """The clock does not come quite as far as it was told to."""
    if asked.path.endswith("/clock") and asked.body == b'{"advance": 1}':
        return asked._replace(body=b'{"advance": 0.5}')
    return asked


def extending(inner: Transport, asked: Asked, answer: Answer) -> None:
    """Reading a request puts off its end."""
    if asked.method == "GET" and "/request/snapshot/" in asked.path:
        headers = {**asked.headers, "Content-Type": "application/json"}
        inner("PUT", asked.path, "", headers, b'{"attribute": "duration", "value": 1}')


def using_up_ids(inner: Transport, asked: Asked, answer: Answer) -> None:
    """A refused snapshot is entered all the same."""
    if asked.method == "POST" and answer.status == 400 and asked.path.endswith("/snapshot"):
        good = b'{"from_date": "2017-01-01 12:00", "valid_for": 1, "description": "x"}'
        headers = {**asked.headers, "Content-Type": "application/json"}
        inner("POST", asked.path, "", headers, good)


def forgetting(method: str, part: str, answer: Answer) -> Lie:
    """Return a lie that answers a call without doing anything."""

    def lie(inner: Transport) -> Transport:
        def send(
            verb: str, path: str, query: str, headers: Mapping[str, str], body: bytes | None
        ) -> Answer:
            if verb == method and part in path:
                return answer
            return inner(verb, path, query, headers, body)

        return send

    return lie


def stale(part: str) -> Lie:
    """Return a lie that answers with what it first saw at a URL."""

    def lie(inner: Transport) -> Transport:
        seen: dict[tuple[str, str], Answer] = {}

        def send(
            method: str, path: str, query: str, headers: Mapping[str, str], body: bytes | None
        ) -> Answer:
            answer = inner(method, path, query, headers, body)
            if method != "GET" or part not in path:
                return answer
            return seen.setdefault((path, query), answer)

        return send

    return lie


def hearing(old: bytes, new: bytes) -> Lie:
    def change(asked: Asked) -> Asked:
        return asked._replace(body=asked.body and asked.body.replace(old, new))

    return asking(change)


def as_somebody_else(asked: Asked) -> Asked:
    """What one user may not see, the first user's rights show."""
    headers = dict(asked.headers)
    if "Authorization" in headers:
        headers["Authorization"] = headers["Authorization"].replace(".ana-token", ".jm-token")
    return asked._replace(headers=headers)


def member(*path: str | int, value: Any) -> Callable[[Any], None]:
    """Return a change that puts a value somewhere into a document."""

    def change(document: Any) -> None:
        for name in path[:-1]:
            document = document[name]
        document[path[-1]] = value

    return change


def backwards(document: Any) -> None:
    document["data"].reverse()
