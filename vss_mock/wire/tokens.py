"""Tokens: signed JWTs whose life is counted in the world's time, and the ways to present one.

Documented: `Bearer <token>`, and Basic with the token as username and no password; that a token is
a JWT is known from pyvss since 2021. The signature keeps worlds apart; it protects nothing.
"""

import base64
import re
from hashlib import blake2b
from typing import NamedTuple

from vss_mock.simulator.clock import SECOND

ALGORITHM = "HS256"

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
"""A world's name. A JWT begins with `eyJ`, which none does: before a dot, the two differ."""


class Claims(NamedTuple):
    """What a token says: whose it is, in which world, and the second at which it has expired."""

    username: str
    world: str
    expires: int


def issue(seed: int, world: str, username: str, now: int, life: int) -> str:
    """Return a token issued at instant `now` that lives `life` seconds."""
    import jwt  # loaded at the first login, not at the start

    issued = now // SECOND
    claims = {"exp": issued + life, "iat": issued, "sub": username, "world": world}
    return jwt.encode(claims, _key(seed, world), ALGORITHM)


def peek(token: str) -> Claims | None:
    """Return what a token says, believing nothing yet; None if it is no token of this kind."""
    import jwt

    try:
        claims = jwt.decode(token, options={"verify_signature": False})
        return Claims(str(claims["sub"]), str(claims["world"]), int(claims["exp"]))
    except (jwt.InvalidTokenError, KeyError, TypeError, ValueError, OverflowError):
        return None


def is_signed(token: str, seed: int, world: str) -> bool:
    """Tell whether a world signed the token; whether it has expired is not asked."""
    import jwt

    try:
        jwt.decode(
            token,
            _key(seed, world),
            [ALGORITHM],
            options={"verify_exp": False, "verify_iat": False, "verify_nbf": False},
        )
    except jwt.InvalidTokenError:
        return False
    return True


def _key(seed: int, world: str) -> str:
    return blake2b(f"{seed}/{world}".encode()).hexdigest()


def credentials(headers: tuple[str, ...]) -> tuple[str, str | None] | None:
    """Return (token, None) or (username, password) of the Authorization headers, or None.

    Of two headers that differ, neither counts (assumed).
    """
    if not headers or any(header != headers[0] for header in headers):
        return None
    scheme, _, value = headers[0].partition(" ")
    kind = scheme.lower()
    if kind == "bearer":
        return value.strip(), None
    if kind != "basic":
        return None
    try:
        username, colon, password = (
            base64.b64decode(value.strip(), validate=True).decode().partition(":")
        )
    except ValueError:  # no base64, or no UTF-8
        return None
    return (username, password) if colon else None


def own(world: str, username: str) -> str:
    """Return the fixed token of a user who was given none; it opens this world alone.

    It begins with the world's name and a dot, so that what stands before several mocks can read
    there which world it is for.
    """
    return f"{world}.{username}-token"


def world_before_dot(token: str) -> str | None:
    """Return the world that a fixed token names, None if it names none."""
    name, dot, _ = token.partition(".")
    return name if dot and _NAME.fullmatch(name) else None


def world_named(headers: tuple[str, ...]) -> str | None:
    """Return the world that Authorization headers name by themselves, None if they name none.

    Nothing is believed and nothing is looked up: whether there is such a world, or such a user, is
    not asked.
    """
    given = credentials(headers)
    if given is None:
        return None
    _, at, world = given[0].rpartition("@")
    if at:
        return world if _NAME.fullmatch(world) else None
    fixed = world_before_dot(given[0])
    if fixed is not None:
        return fixed
    claims = peek(given[0])
    return claims.world if claims and _NAME.fullmatch(claims.world) else None
