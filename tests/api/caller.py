"""Calls a service as the edge would, without a socket; every answer is held against its schema."""

import base64
import json
import re
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from vss_mock.api.messages import Call, Reply
from vss_mock.api.service import Service
from vss_mock.assembly import Settings, build_service

BASE = "http://127.0.0.1:8001"
BEARER = "Bearer demo-token"
ERROR = "common/error.json"


class Answer:
    """A reply, its body parsed."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply
        self.status_code = reply.status_code
        self.headers = reply.headers
        self.body: Any = json.loads(reply.body) if reply.body else None

    @property
    def data(self) -> Any:
        return self.body["data"]

    @property
    def message(self) -> str:
        message: str = self.body["message"]
        return message


class Caller:
    """A client of one service. Attributes are the defaults of its calls."""

    def __init__(self, service: Service, authorization: str | None = BEARER) -> None:
        self.service = service
        self.authorization = authorization
        self.at = 0
        self.routes = [
            (re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", path)), path)
            for path, _ in service.routes()
        ]

    def __call__(self, method: str, target: str, body: Any = b"", **fields: Any) -> Answer:
        reply = self.service.handle(self.call(method, target, body, **fields))
        if not isinstance(reply, Reply):
            reply = finish(reply)
        answer = Answer(reply)
        if answer.status_code >= 400:
            assert self.service.documents.is_valid(ERROR, answer.body), answer.body
        return answer

    def call(
        self,
        method: str,
        target: str,
        body: Any = b"",
        *,
        authorization: Any = ...,
        content_type: str | None = "application/json",
        **fields: Any,
    ) -> Call:
        parts = urlsplit(target)
        route, params = None, {}
        for pattern, path in sorted(self.routes, key=lambda row: row[1].count("{")):
            match = pattern.fullmatch(parts.path)
            if match:
                route, params = path, match.groupdict()
                break
        given = self.authorization if authorization is ... else authorization
        several = given if isinstance(given, tuple) else (given,) if given else ()
        return Call(
            method=method,
            path=unquote(parts.path),
            route=route,
            params={name: unquote(value) for name, value in params.items()},
            query=parse_qsl(parts.query, keep_blank_values=True),
            authorization=several,
            content_type=content_type,
            body=body if isinstance(body, bytes) else json.dumps(body).encode(),
            target=target,
            **{"base": BASE, "at": self.at, "client": "127.0.0.1", **fields},
        )

    def get(self, target: str, **fields: Any) -> Answer:
        return self("GET", target, **fields)

    def post(self, target: str, body: Any = b"", **fields: Any) -> Answer:
        return self("POST", target, body, **fields)

    def put(self, target: str, body: Any = b"", **fields: Any) -> Answer:
        return self("PUT", target, body, **fields)

    @property
    def dialect(self) -> str:
        """The dialect of the default world."""
        dialect: str = self.get("/_mock/worlds/default").body["dialect"]
        return dialect

    @property
    def state(self) -> Any:
        return self.get("/_mock/state").body

    def advance(self, length: str | float) -> Any:
        answer = self.post("/_mock/clock", {"advance": length})
        assert answer.status_code == 200, answer.body
        return answer.body["fired"]

    def uuid(self, name: str = "coreos0") -> str:
        (vm,) = self.get(f"/v2/vm?name={name}&summary").data
        uuid: str = vm["uuid"]
        return uuid

    def submit(self, name: str = "coreos0", **members: Any) -> int:
        body = {"from_date": "2016-07-29 22:00", "valid_for": 12, "description": "d"} | members
        answer = self.post(f"/v2/vm/{self.uuid(name)}/snapshot", body)
        assert answer.status_code == 202, answer.body
        return int(answer.data["_links"]["request"].rpartition("/")[2])

    def request(self, id: int) -> Any:
        return self.get(f"/v2/request/snapshot/{id}").data


def finish(steps: Any) -> Reply:
    """Drive a reply that comes in steps to its end."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            reply: Reply = end.value
            return reply


def basic(username: str, password: str = "") -> str:
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


def caller(**settings: Any) -> Caller:
    """Return a caller of a fresh strict service made with these settings."""
    return Caller(build_service(Settings(strict=True, **settings), at=0))
