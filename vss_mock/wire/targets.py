"""The target of a request, read where no edge reads it: which path template it matches, and how.

It comes to what the edge comes to for a call with that target; a test holds the two together.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import parse_qsl

from vss_mock.wire.problems import Refusal, short

_SPELLED = re.compile(r"/[!-\"$-~]*")
"""ASCII that prints, without a fragment: what a client sends of a URL, percent-encoded."""
_PARAMETER = re.compile(r"{(\w+)}")
_ESCAPES = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_KEPT = {"/": "%2F", "%": "%25"}
"""What stays encoded until a path is taken apart, since it would be taken for something else."""


class Target(NamedTuple):
    """A target taken apart: `route` is the template that its path matches, None if none does.

    `params` are the values in the path, `query` the pairs behind it, as a Call has them.
    """

    path: str
    route: str | None
    params: Mapping[str, str]
    query: Sequence[tuple[str, str]]


class Templates:
    """Path templates, such as `/v2/vm/{uuid}`; names win over parameters."""

    def __init__(self, templates: Iterable[str]) -> None:
        self._patterns = [
            (re.compile(_PARAMETER.sub(r"(?P<\1>[^{}/]+)", each.replace(".", "[.]"))), each)
            for each in sorted(templates, key=_parameters)
        ]

    def read(self, text: str) -> Target:
        """Return a target taken apart; raise Refusal for what no client could send as one."""
        if not _SPELLED.fullmatch(text):
            message = (
                f"target: {short(text)} is not a path with its query, such as '/v2/vm?summary': "
                "it begins with a slash, and what is no printing ASCII is percent-encoded"
            )
            raise Refusal(400, message, parameters=["target"])
        path, _, query = text.partition("?")
        decoded = _ESCAPES.sub(_decoded, path)
        pairs = tuple(parse_qsl(query, keep_blank_values=True, errors="replace"))
        for pattern, template in self._patterns:
            if match := pattern.fullmatch(decoded):
                values = {name: _taken(value) for name, value in match.groupdict().items()}
                return Target(path, template, values, pairs)
        return Target(path, None, {}, pairs)


def _parameters(template: str) -> list[bool]:
    return [part.startswith("{") for part in template.split("/")]


def _decoded(found: re.Match[str]) -> str:
    """Decode escapes in a row; what is no UTF-8 stays encoded, as it came."""
    text = bytes.fromhex(found[0].replace("%", "")).decode(errors="surrogateescape")
    decoded, at = [], 0
    for character in text:
        size = len(character.encode(errors="surrogateescape"))
        kept = "\udc80" <= character <= "\udcff"
        decoded.append(found[0][at : at + 3] if kept else _KEPT.get(character, character))
        at += 3 * size
    return "".join(decoded)


def _taken(value: str) -> str:
    return value.replace("%2F", "/").replace("%25", "%")
