"""A call as a scenario makes it: sent through a transport, or shown as a line for a shell.

The line names secrets as `$TOKEN` and never holds one.
"""

import base64
import shlex
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

from vss_mock.contract.transport import Answer, Transport
from vss_mock.contract.values import as_shell, fill

JSON = {"Content-Type": "application/json"}
LONGEST_WORD = 100_000
"""Bytes of a body that a command still shows; shells take 131,071 in one word."""


class Sent(NamedTuple):
    """A call: `path` and `query` ready to send, `auth` and `headers` as the scenario spells them.

    `auth` is `{"bearer": token}`, `{"basic": [name, password]}` or None. A header that is None is
    not sent, which matters for the Content-Type that comes with a body; one may be spelled as
    `{"repeat": TEXT, "times": NUMBER}`.
    """

    method: str
    path: str
    query: str = ""
    auth: Mapping[str, Any] | None = None
    headers: Mapping[str, Any] = {}
    body: bytes | None = None

    def through(self, transport: Transport, names: Mapping[str, Any]) -> Answer:
        """Send it; raise UnknownName, or OSError where there is no answer."""
        wanted: dict[str, Any] = {**(JSON if self.body is not None else {}), **self.headers}
        headers = {name: fill(value, names) for name, value in wanted.items() if value is not None}
        if self.auth is not None:
            headers["Authorization"] = _authorization(fill(dict(self.auth), names))
        return transport(self.method, self.path, self.query, headers, self.body)

    def curl(self, url: str) -> str:
        """Return the command that repeats it; variables stand for what is secret."""
        words = ["curl", "-sI" if self.method == "HEAD" else "-s"]
        if self.method not in {"GET", "HEAD"}:
            words += ["-X", self.method]
        if self.auth is not None and "bearer" in self.auth:
            words += ["-H", f'"Authorization: Bearer {as_shell(self.auth["bearer"])}"']
        elif self.auth is not None:
            name, password = map(as_shell, self.auth["basic"])
            words += ["-u", f'"{name}:{password}"']
        wanted: dict[str, Any] = {**(JSON if self.body is not None else {}), **self.headers}
        for header, value in wanted.items():
            text = fill(value, {}) if isinstance(value, dict) else value
            words += ["-H", shlex.quote(f"{header}:" if text is None else f"{header}: {text}")]
        words.append(shlex.quote(url + self.path + (f"?{self.query}" if self.query else "")))
        if self.body is None:
            return " ".join(words)
        if len(self.body) > LONGEST_WORD and len(set(self.body)) == 1:
            # No shell takes so long a word.
            letter = shlex.quote(self.body[:1].decode())
            long = f"head -c {len(self.body)} /dev/zero | tr '\\0' {letter}"
            return " ".join([long, "|", *words, "--data-binary", "@-"])
        return " ".join([*words, "--data-binary", shlex.quote(self.body.decode())])


def spell_path(template: str, params: Mapping[str, Any]) -> str:
    """Return a path template with its braces filled, percent-encoded."""
    encoded = {name: quote(str(value), safe="") for name, value in params.items()}
    return template.format(**encoded)


def spell_query(query: Mapping[str, Any]) -> str:
    """Return a query string; None gives the bare key."""
    return "&".join(
        quote(name) if value is None else f"{quote(name)}={quote(str(value), safe=',;:')}"
        for name, value in query.items()
    )


def _authorization(auth: Mapping[str, str | Sequence[str]]) -> str:
    if "bearer" in auth:
        return f"Bearer {auth['bearer']}"
    return "Basic " + base64.b64encode(":".join(auth["basic"]).encode()).decode()
