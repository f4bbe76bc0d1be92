"""Spells the calls of a walk, in the ways in which clients do."""

import json
from collections.abc import Mapping
from typing import Any, Final

from vss_mock.contract.sent import Sent
from vss_mock.contract.walker import Walker

NOTHING: Final[Any] = object()
"""No body at all; None is the body `null`."""
PLAIN, WITH_CHARSET, IN_CAPITALS, AS_BASIC, BY_MOREF = range(5)
"""How a call is spelled: as documented; its type with a charset; so in capitals; the token as the
name of Basic; the machine by its moref, where the dialect knows that."""
_TYPES: Final = {
    WITH_CHARSET: "application/json; charset=utf-8",
    IN_CAPITALS: "application/json;charset=UTF-8",
}


def machine_path(walker: Walker, vm: str, style: int = PLAIN) -> str:
    """Return the path of a machine, by its uuid or by its moref."""
    if style == BY_MOREF and walker.since("2026"):
        return f"/v2/vm/{walker.model.machines[vm].about['moref']}"
    return f"/v2/vm/{vm}"


def asks(
    walker: Walker,
    user: str,
    method: str,
    path: str,
    body: Any = NOTHING,
    headers: Mapping[str, str | None] | None = None,
    style: int = PLAIN,
) -> Sent:
    """Return a user's call, its body as JSON."""
    raw = None if body is NOTHING else json.dumps(body).encode()
    wanted = dict(headers or {})
    if raw is not None and style in _TYPES:
        wanted["Content-Type"] = _TYPES[style]
    auth: Mapping[str, Any] = walker.bearer(user)
    if style == AS_BASIC:
        auth = {"basic": [auth["bearer"], ""]}
    return Sent(method, path, "", auth, wanted, raw)
