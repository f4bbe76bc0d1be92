"""Spells the calls of a walk."""

import json
from collections.abc import Mapping
from typing import Any

from vss_mock.contract.sent import Sent
from vss_mock.contract.walker import Walker

NOTHING: Any = object()
"""No body at all; None is the body `null`."""


def asks(
    walker: Walker,
    user: str,
    method: str,
    path: str,
    body: Any = NOTHING,
    headers: Mapping[str, str | None] | None = None,
) -> Sent:
    """Return a user's call, its body as JSON."""
    raw = None if body is NOTHING else json.dumps(body).encode()
    return Sent(method, path, "", walker.bearer(user), headers or {}, raw)
