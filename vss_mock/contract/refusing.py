"""Makes calls that are to be refused, and judges how they are."""

from typing import Final, NamedTuple

from vss_mock.contract import looking
from vss_mock.contract.judge import parsed
from vss_mock.contract.memory import Wanted
from vss_mock.contract.sent import Sent
from vss_mock.contract.transport import Answer
from vss_mock.contract.values import at
from vss_mock.contract.walker import Walker

_EXACT: Final = frozenset(
    {
        "hidden-machines-stay-hidden",
        "others-requests-stay-unknown",
        "unknown-things-are-not-found",
        "token-lives-a-day",
        "nothing-without-a-token",
        "login-refuses-what-is-wrong",
        "methods-are-refused",
        "bodies-say-their-type",
    }
)
"""Rules that say themselves which status code it is."""


class Fault(NamedTuple):
    """A call that is to be refused: with which status code, naming which parameters, and why."""

    what: str
    user: str
    sent: Sent
    operation: str
    status: int
    rule: str
    parameters: frozenset[str] | None = None


def refuse(walker: Walker, fault: Fault) -> None:
    """Make a call that is to be refused, and judge how it is."""

    def otherwise(answer: Answer) -> str:
        refused = answer.status >= 400
        return "refusals-have-their-code" if refused and fault.rule not in _EXACT else fault.rule

    if walker.unread:
        looking.glance(walker)
    wanted = Wanted(
        fault.operation,
        frozenset({fault.status}),
        otherwise,
        rules=(fault.rule, "refusals-have-their-code", "refusals-change-nothing"),
        shape=(fault.rule, fault.parameters),
    )
    answer = walker.call(fault.what, fault.sent, fault.user, wanted)
    walker.refused()
    if fault.operation == "token-request":
        error = at(parsed(answer), "/error")
        walker.check(fault.rule, "/error", "authentication error", error)
    if fault.parameters is not None:
        named = at(parsed(answer), "/parameters")
        found = sorted(map(str, named)) if isinstance(named, list) else None
        rule = "refusals-name-what-is-wrong"
        walker.check(rule, "/parameters", sorted(fault.parameters), found)
