"""A client of one connection that knows an answer from none."""

import json
from http.client import HTTPConnection, HTTPException
from typing import Any

HEADERS = {"Authorization": "Bearer demo-token", "Content-Type": "application/json"}


class Gone(Exception):
    """The server went away before it had answered whole."""


class Answer:
    """A status code, and a body if there is one."""

    def __init__(self, status_code: int, body: bytes) -> None:
        self.status_code = status_code
        self.body: Any = json.loads(body) if body else None

    @property
    def id(self) -> int:
        """The id of the request that was accepted."""
        return int(self.body["data"]["_links"]["request"].rpartition("/")[2])


class Client:
    """Calls of one user of one world."""

    def __init__(self, port: int, token: str = "demo-token") -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {**HEADERS, "Authorization": f"Bearer {token}"}

    def __call__(self, method: str, target: str, body: Any = None) -> Answer:
        sent = None if body is None else json.dumps(body)
        try:
            self._connection.request(method, target, sent, self._headers)
            response = self._connection.getresponse()
            return Answer(response.status, response.read())
        except (OSError, HTTPException) as problem:
            raise Gone from problem

    def get(self, target: str) -> Any:
        answer = self("GET", target)
        assert answer.status_code == 200, answer.body
        return answer.body

    def submit(self, vm: str, description: str, **members: Any) -> Answer:
        body = {"description": description, "from_date": "2016-07-29 22:00", "valid_for": 12}
        return self("POST", f"/v2/vm/{vm}/snapshot", {**body, **members})

    def close(self) -> None:
        self._connection.close()
