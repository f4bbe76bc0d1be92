"""Logins and tokens: who is let in, and for how long."""

from typing import Any

from vss_mock.contract import tables
from vss_mock.contract.asking import NOTHING, asks
from vss_mock.contract.bad_targets import calls_on
from vss_mock.contract.judge import parsed
from vss_mock.contract.memory import Token, Wanted
from vss_mock.contract.refusing import Fault
from vss_mock.contract.sent import Sent
from vss_mock.contract.toronto import SECOND
from vss_mock.contract.values import at
from vss_mock.contract.walker import Walker
from vss_mock.contract.words import TOKEN_LIFE


def strangers(walker: Walker, user: str, pick: int) -> Fault:
    """Call without a token, or with one that is none."""
    token = walker.bearer(user)["bearer"]
    auths: tuple[dict[str, Any] | None, ...] = (
        None,
        {"bearer": "no-such-token"},
        {"basic": ["no-such-token", ""]},
        {"basic": [token, "a password"]},
        {"bearer": f"{token}-and-more"},
        {"basic": ["{login}", "{password}"]} if "password" in walker.names else None,
        {"bearer": "{forged}"} if _forge(walker) else None,
    )
    auth = auths[pick % len(auths)]
    vm = walker.model.visible(user)[0].uuid
    calls = [*calls_on(walker, vm, 1), ("user-get", "GET", "/v2/user", NOTHING)]
    operation, method, path, body = calls[pick // len(auths) % len(calls)]
    sent = asks(walker, user, method, path, body)._replace(auth=auth)
    rule = "nothing-without-a-token"
    return Fault(f"a stranger sends {method} {path}", "", sent, operation, 401, rule)


def _forge(walker: Walker) -> bool:
    """Make of a token that was given one that was not: a letter near its end is another."""
    if not walker.tokens:
        return False
    token = walker.names[walker.tokens[-1].name]
    at = len(token) * 9 // 10
    walker.names["forged"] = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
    return True


def logins(walker: Walker, user: str, pick: int) -> Fault | None:
    """Log in by a wrong name or password, or by none."""
    if "password" not in walker.names:
        return None
    auths: tuple[dict[str, Any] | None, ...] = (
        None,
        {"basic": ["{login}", "wrong"]},
        {"basic": ["{login}", ""]},
        {"basic": ["nobody", "{password}"]},
        {"basic": ["{login}", "{password} and more"]},
        {"bearer": walker.bearer(user)["bearer"]},
        {"basic": [walker.bearer(user)["bearer"], ""]},
        {"basic": ["{login}", "{password_in_capitals}"]},
    )
    walker.names.setdefault("password_in_capitals", walker.names["password"].upper())
    if walker.names["password_in_capitals"] == walker.names["password"]:
        auths = auths[:-1]
    sent = Sent("POST", "/auth/request-token", auth=auths[pick % len(auths)])
    rule = "login-refuses-what-is-wrong"
    return Fault("somebody logs in wrongly", "", sent, "token-request", 401, rule)


def may_log_in(walker: Walker, user: str) -> bool:
    """Tell whether it is known by which name and password a user logs in."""
    return _login(walker, user)[0] in walker.names


def _login(walker: Walker, user: str) -> tuple[str, str]:
    """Return the names under which a user's login and password are kept."""
    if user == walker.first:
        return "login", "password"
    return f"{user}_login", f"{user}_password"


def log_in(walker: Walker, user: str) -> None:
    """Log in; the token is kept under a name of its own."""
    auth = {"basic": [f"{{{name}}}" for name in _login(walker, user)]}
    sent = Sent("POST", "/auth/request-token", auth=auth)
    rule = "login-gives-a-token"
    wanted = Wanted(
        "token-request",
        frozenset({200}),
        rule,
        walker.expected.token(user),
        tables.by_pointer(("", rule)),
        (rule,),
    )
    answer = walker.call(f"{user} logs in", sent, None, wanted)
    token = at(parsed(answer), "/token")
    if isinstance(token, str):
        name = f"issued_{len(walker.tokens) + 1}"
        walker.names[name] = token
        walker.tokens.append(Token(name, user, walker.model.now))


def use_token(walker: Walker, token: Token) -> None:
    """Use a token that was given, in both ways, and judge whether it is still good."""
    now, begun = walker.model.now, token.issued // SECOND * SECOND
    ends = begun + TOKEN_LIFE * SECOND
    if ends <= now < ends + token.issued - begun:
        return  # where a second is broken, nobody says which end of it counts
    good = now < ends
    rule = "token-lives-a-day" if now > token.issued else "token-opens-both-ways"
    name = f"{{{token.name}}}"
    ways: dict[str, dict[str, Any]] = {"bearer": {"bearer": name}, "basic": {"basic": [name, ""]}}
    for way, auth in ways.items():
        wanted = Wanted(
            "user-get",
            frozenset({200 if good else 401}),
            rule,
            walker.expected.user(token.user) if good else None,
            tables.by_pointer(("/meta/user|/data/username|/data", "login-gives-a-token")),
            (rule,),
            good,
        )
        what = f"{token.user} uses the token of the login as {way}"
        sent = Sent("GET", "/v2/user", auth=auth)
        walker.call(what, sent, None, wanted)
