"""Commands that make a call once more, to be copied into a POSIX shell: curl and HTTPie.

Whatever a call holds is text there and nothing else: each word is quoted for the shell, a command
is one line of characters that print, and no program is given a text that it would read as an
option, a file or a pattern.
"""

import json
import re
import shlex
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import orjson

JSON = "application/json"
PASSWORD = "VSS_API_USER_PASS"
"""The variable that a command takes a password from: what pyvss takes it from too."""
MOST_ITEMS = 20
"""How many members of a body HTTPie is given one by one; of more the body is given whole."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_WORD = re.compile(r"[A-Z]+")
_DOTS = re.compile(r"/(?:[.]|%2e)", re.IGNORECASE)
_GLOB = re.compile(r"[\[\]{}]")


class Made(NamedTuple):
    """A call to be made: `base` is what its URL begins with, before its target.

    `token` logs in, None for a call without one; `login` is the name that a call for a token logs
    in with, whose password nobody is shown. Without `headers` for its type a body has none.
    """

    method: str
    base: str
    target: str
    token: str | None
    login: str | None
    headers: Mapping[str, str]
    body: bytes


def curl(made: Made) -> str:
    """Return the call as a command of curl."""
    url = f"{made.base}{made.target}"
    words = ["curl", "-sS"]
    if _GLOB.search(url):
        words.append("--globoff")
    if _DOTS.search(made.target):
        words.append("--path-as-is")
    if made.method == "HEAD":
        words.append("--head")
    elif made.method != "GET" or made.body:
        words += ["-X", shlex.quote(made.method)]
    words.append(shlex.quote(url))
    words += ["-u", _secret(made.login)] if made.login else []
    words += ["-H", shlex.quote(f"Authorization: Bearer {made.token}")] if made.token else []
    for header in _headers(made):
        words += ["-H", shlex.quote(header)]
    if not _sends(made):
        return " ".join(words)
    text = one_line(made.body)
    if text is not None:
        return " ".join([*words, "--data-raw", shlex.quote(text)])
    return " ".join([*_printed(made.body), *words, "--data-binary", "@-"])


def httpie(made: Made) -> str | None:
    """Return the call as a command of HTTPie, None where it can make no such call."""
    told = f"Content-Type: {JSON}" if _sends(made) else None  # what HTTPie says of any body
    headers = [header for header in _headers(made) if header != told]
    if not _WORD.fullmatch(made.method) or any("\\" in header for header in headers):
        return None
    text = one_line(made.body) if _sends(made) else ""
    words = [] if text is None else ["--ignore-stdin"]
    words += ["--path-as-is"] if _DOTS.search(made.target) else []
    words += ["-a", _secret(made.login)] if made.login else []
    words += ["-A", "bearer", shlex.quote(f"--auth={made.token}")] if made.token else []
    words += [made.method, shlex.quote(f"{made.base}{made.target}")]
    words += map(shlex.quote, headers)
    if text is None:
        return " ".join([*_printed(made.body), "http", *words])
    return " ".join(["http", *words, *(_items(made.body, text) if text else ())])


def one_line(body: bytes) -> str | None:
    """Return a body as text that prints; JSON in another spelling if need be, else None."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return None
    if text.isprintable():
        return text
    value = _value(body)
    return None if value is None else _spelled(value)


def _value(body: bytes) -> Any:
    """Return what a body says as JSON, long numbers digit for digit; None for what is no JSON."""
    try:
        orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return json.loads(body)


def _items(body: bytes, text: str) -> Sequence[str]:
    """Return a body as HTTPie's items: `name=text` and `name:=JSON`, else the whole of it."""
    value = _value(body)
    if (
        isinstance(value, dict)
        and 0 < len(value) <= MOST_ITEMS
        and all(map(_NAME.fullmatch, value))
    ):
        return [shlex.quote(_item(name, member)) for name, member in value.items()]
    return [shlex.quote(f"--raw={text}")]


def _item(name: str, value: Any) -> str:
    # At the beginning `=` and `@` would be read as a part of what stands before them, a file even,
    # and a backslash takes the meaning of what follows it.
    plain = isinstance(value, str) and value.isprintable() and "\\" not in value
    if plain and not value.startswith(("=", "@")):
        return f"{name}={value}"
    return f"{name}:={_spelled(value)}"


def _spelled(value: Any) -> str:
    """Spell a value as JSON that prints."""
    return "".join(
        each if each.isprintable() else json.dumps(each)[1:-1]
        for each in json.dumps(value, ensure_ascii=False)
    )


def _sends(made: Made) -> bool:
    """Tell whether a command sends a body: none does with HEAD, which would wait for one back."""
    return bool(made.body) and made.method != "HEAD"


def _headers(made: Made) -> Sequence[str]:
    """Return a call's headers as both programs read them.

    Without a value a header is left out, and with a semicolon it is empty.
    """
    headers = {"Content-Type": None, **made.headers} if _sends(made) else made.headers
    return [
        f"{name}:" if value is None else f"{name}: {_line(value)}" if value else f"{name};"
        for name, value in headers.items()
    ]


def _line(value: str) -> str:
    return "".join(each if each.isprintable() else " " for each in value)


def _secret(login: str) -> str:
    """Return a name with a password out of the environment, quoted for the shell."""
    return f'{shlex.quote(f"{login}:")}"${{{PASSWORD}:?the password of {login}}}"'


def _printed(body: bytes) -> Sequence[str]:
    """Return words that send bytes to the command behind them: all but plain ones in octal."""
    text = "".join(
        chr(each) if 32 <= each < 127 and each not in b"%\\'" else f"\\{each:03o}" for each in body
    )
    return ["printf", shlex.quote(text), "|"]
