"""Judges any server by HTTP, schemas and contracts; nothing of the mock may be imported here.

Importing this loads nothing but this file; `check` fetches what it needs when it is called.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vss_mock.contract.checking import BrokenContract as BrokenContract
    from vss_mock.contract.checking import UnknownOperation as UnknownOperation

__all__ = ["BrokenContract", "UnknownOperation", "check"]


def check(response: Any, *, dialect: str = "2016") -> None:
    """Hold an answer of a server against the contract: its operation's schema, and all answers'.

    `response` is one of requests, httpx or aiohttp, its body read. The operation is found by its
    method and its URL, whatever stands before /v2 or /auth. Nothing is sent.

        answer = requests.get(f"{url}/v2/vm", headers={"Authorization": f"Bearer {token}"})
        vss_mock.contract.check(answer)

    Raises BrokenContract, an AssertionError that lists what is broken, with the evidence and the
    source of each rule; UnknownOperation, a LookupError, for a URL that is none of the API;
    TypeError for what is no response; ValueError for an unread body or an unknown dialect.
    """
    from vss_mock.contract import checking  # noqa: PLC0415  # who does not check does not pay

    checking.check(response, dialect)


def __getattr__(name: str) -> object:
    if name in {"BrokenContract", "UnknownOperation"}:
        from vss_mock.contract import checking  # noqa: PLC0415  # as above

        return getattr(checking, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
