"""Nobody finds a secret: names stand for them in whatever spelling they come."""

import json
import re
from base64 import b64encode, urlsafe_b64encode
from typing import Any
from urllib.parse import quote

import pytest

from tests.api.caller import basic
from vss_mock.wire import hiding
from vss_mock.wire.hiding import Holder, Secrets

TOKEN = "c4n4ry.t0ken/~~~+x"
PASSWORD = 'c4n4ry p4ss"w\\ord+é'
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJqbSJ9.c2lnbmF0dXJl"
STRANGE_JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.b3RoZXI"
HOLDERS = [
    Holder("jm", ("jm", "jm@default"), "jm", "demo-token"),
    Holder("ana", ("ana@w",), PASSWORD, TOKEN),
]


@pytest.fixture
def secrets() -> Secrets:
    made = Secrets({JWT: 1})
    made.learn(HOLDERS)
    return made


def core(text: str) -> str:
    """Return the middle of base64 of a text."""
    return bare(text)[4:-4]


def bare(text: str) -> str:
    return b64encode(text.encode()).decode()


SPELLINGS = [
    TOKEN,
    PASSWORD,
    *(quote(secret, safe="") for secret in (TOKEN, PASSWORD)),
    json.dumps(PASSWORD)[1:-1],
    json.dumps(json.dumps(PASSWORD))[1:-1],
    repr(PASSWORD)[1:-1],
    quote(quote(TOKEN, safe=""), safe=""),
    quote(quote(quote(PASSWORD, safe=""), safe=""), safe=""),
    quote(PASSWORD, safe="").replace("%20", "+"),
    "".join(f"%{byte:02x}" for byte in TOKEN.encode()),
    bare(TOKEN),
    bare(f"{TOKEN}:"),
    urlsafe_b64encode(f"{TOKEN}:".encode()).decode(),
    bare(PASSWORD),
    bare(f"ana@w:{PASSWORD}"),
    urlsafe_b64encode(f"ana@w:{PASSWORD}".encode()).decode(),
    bare(f"{TOKEN}:").rstrip("="),
    bare(f"somebody:{TOKEN}:x"),
    *(bare("x" * n + PASSWORD) for n in range(3)),
    *(bare("x" * n + JWT) for n in range(3)),
    *(bare("x" * n + JWT + ":y") for n in range(3)),
    bare(f"{STRANGE_JWT}:"),
    bare("jm:jm"),
    bare("jm@default:jm"),
    JWT,
    STRANGE_JWT,
    quote(bare(f"{TOKEN}:"), safe=""),
]


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("around", ["{}", "x {} y", "({})", "a={};b"])
def test_no_spelling_of_a_secret_is_told(secrets: Secrets, spelling: str, around: str) -> None:
    told = [
        secrets.text(around.format(spelling)),
        secrets.target(f"/v2/{around.format(quote(spelling))}?q={quote(spelling, safe='')}&n=1"),
        secrets.target(f"/v2/vm?q={quote(spelling)}"),
    ]
    for ascii_only in (True, False):
        value = {"a": [around.format(spelling)], around.format(spelling): {"b": 1}}
        raw = json.dumps(value, ensure_ascii=ascii_only)
        told.append(json.dumps(secrets.value(raw, value), ensure_ascii=False))
    for text in told:
        assert re.search("hidden|token-[123]|password-[12]", text)
        for secret in (TOKEN, PASSWORD, JWT, STRANGE_JWT, *map(core, (TOKEN, PASSWORD, JWT))):
            for spelled in (secret, quote(secret, safe=""), json.dumps(secret)[1:-1]):
                assert spelled not in text


@pytest.mark.parametrize(
    "text",
    [
        *("", "jm", "a plain text", "100% of a+b", "password-1", "eyJ", "eyJhbGci.", "demo-toke"),
        *("%zz", "demo-…", "so far…", "c4n4…", "ZXlK" + "AAAA" * 6, "leUleUleUleUleUleUleUleU"),
    ],
)
def test_a_text_without_secrets_is_told_as_it_is(secrets: Secrets, text: str) -> None:
    assert secrets.text(text) == text
    value = {"a": text, "b": [None, 1, True, {"token-ring": text}]}
    assert secrets.value(json.dumps(value), value) == value
    assert (
        secrets.target(f"/v2/vm?name={quote(text)}&summary") == f"/v2/vm?name={quote(text)}&summary"
    )


def test_a_text_is_not_decoded_for_ever(secrets: Secrets) -> None:
    text = "%" + "25" * 30_000 + "41"
    assert secrets.text(text) == text


@pytest.mark.parametrize("secret", [TOKEN, PASSWORD, JWT, STRANGE_JWT, bare(TOKEN)])
def test_of_a_secret_that_was_cut_nothing_is_told(secrets: Secrets, secret: str) -> None:
    for end in range(len(secret)):
        told = secrets.text(f"no machine '{secret[:end]}…' and {secret[:end]}…")
        assert secret[:11] not in told
        if secret in {TOKEN, PASSWORD}:
            assert secret[:6] not in told


def test_a_value_without_secrets_is_not_copied(secrets: Secrets) -> None:
    value = {"description": "before the upgrade", "valid_for": 24}
    assert secrets.value(json.dumps(value), value) is value


def test_secrets_have_the_numbers_of_their_users_and_issued_ones_come_behind(
    secrets: Secrets,
) -> None:
    assert secrets.text(f"demo-token, {TOKEN}, {JWT}, {STRANGE_JWT}, {PASSWORD}") == (
        "token-1, token-2, token-3, hidden, password-2"
    )
    assert [secrets.token(each) for each in ("demo-token", TOKEN, JWT, "x")] == [
        *("token-1", "token-2", "token-3", "hidden")
    ]


def test_a_target_keeps_its_form(secrets: Secrets) -> None:
    given = f"/v2/vm/x%20y?filter=status,eq,{quote(TOKEN, safe='')};a,b,c&demo-token=1&summary#f"
    assert (
        secrets.target(given) == "/v2/vm/x%20y?filter=status,eq,token-2;a,b,c&token-1=1&summary#f"
    )


@pytest.mark.parametrize(
    "name", ["token", "TOKEN", "password", "access_token", "api_key", "secret"]
)
def test_what_is_called_a_secret_is_none_that_is_told(secrets: Secrets, name: str) -> None:
    value: Any = {name: "unheard-of"}
    assert secrets.value(json.dumps(value), value) == {name: "hidden"}
    value = {name: "unheard-of", "x": {name: "demo-token"}, "other": "unheard-of"}
    assert secrets.value(json.dumps(value), value) == {
        name: "hidden",
        "x": {name: "token-1"},
        "other": "unheard-of",
    }
    assert secrets.target(f"/v2/vm?{name}=unheard-of&a=b") == f"/v2/vm?{name}=hidden&a=b"
    assert secrets.target(f"/v2/vm?{name}=demo-token") == f"/v2/vm?{name}=token-1"
    empty = {name: "", "n": 1}
    assert secrets.value(json.dumps(empty), empty) == empty


def test_a_number_is_no_secret(secrets: Secrets) -> None:
    made = Secrets({})
    made.learn([Holder("jm", ("jm",), "123456", "999999")])
    value = {"size": 123456, "text": "123456", "more": [999999]}
    assert made.value(json.dumps(value), value) == {
        "size": 123456,
        "text": "password-1",
        "more": [999999],
    }


@pytest.mark.parametrize(("password", "told"), [("s3cre", "s3cre"), ("s3cret", "password-1")])
def test_a_short_secret_is_a_part_of_other_words(password: str, told: str) -> None:
    assert hiding.SHORTEST == 6
    made = Secrets({})
    made.learn([Holder("jm", ("jm",), password, "t")])
    assert made.text(f"xx{password}yy") == f"xx{told}yy"
    assert made.text("t") == "t"
    assert made.authorization(("Bearer t",), "jm") == "Bearer token-1"


def test_a_password_that_is_the_users_name_hides_no_name() -> None:
    made = Secrets({})
    made.learn([Holder("operator", ("operator",), "operator", "demo-token")])
    assert made.text("by operator") == "by operator"
    assert made.text(bare("operator:operator")) == "password-1"


@pytest.mark.parametrize(
    ("headers", "username", "told"),
    [
        ((), "jm", None),
        (("Bearer demo-token",), "jm", "Bearer token-1"),
        (("bearer   demo-token ",), "jm", "Bearer token-1"),
        (("Bearer demo-token", "Bearer demo-token"), "jm", "Bearer token-1"),
        ((f"Bearer {JWT}",), "jm", "Bearer token-3"),
        (("Bearer c4n4ry",), "jm", "Bearer hidden"),
        ((basic("demo-token"),), "jm", "Basic token-1"),
        ((basic(JWT),), "jm", "Basic token-3"),
        ((basic("jm", "jm"),), "jm", "Basic jm:password-1"),
        ((basic("ana@w", PASSWORD),), "ana", "Basic ana:password-2"),
        ((basic("jm", "c4n4ry"),), "jm", "Basic jm:?"),
        ((basic("jm", ""),), "jm", "Basic jm:?"),
        ((basic("demo-token", "c4n4ry"),), None, "Basic ?:?"),
        ((basic("c4n4ry", "jm"),), None, "Basic ?:?"),
        (("Bearer demo-token", "Bearer c4n4ry"), "jm", "Basic jm:?"),
        (("Digest c4n4ry",), None, "Basic ?:?"),
    ],
)
def test_of_an_authorization_its_scheme_and_names_are_told(
    secrets: Secrets, headers: tuple[str, ...], username: str | None, told: str | None
) -> None:
    assert secrets.authorization(headers, username) == told


def test_users_are_learnt_part_by_part() -> None:
    holders = [Holder(f"u{n}", (f"u{n}",), f"password-of-{n}", f"w-u{n}-token") for n in range(500)]
    whole, parts = Secrets({}), Secrets({})
    whole.learn(holders)
    parts.learn(holders[:3])
    assert parts.text("w-u2-token w-u300-token") == "token-3 w-u300-token"
    parts.learn(holders[3:])
    for n in (0, 2, 299, 499):
        text = f"({holders[n].token}) {holders[n].password}! {bare(holders[n].token + ':')}"
        for made in (whole, parts):
            assert made.text(text) == f"(token-{n + 1}) password-{n + 1}! token-{n + 1}"
    assert whole.text("nothing of theirs") == "nothing of theirs"
    assert whole.text("w-u4") == "w-u4"


def test_values_of_every_kind_come_through(secrets: Secrets) -> None:
    value: Any = {"n": None, "t": True, "f": 1.5, "l": [[], {}, "demo-token"]}
    assert secrets.value(json.dumps(value), value) == value | {"l": [[], {}, "token-1"]}
    assert secrets.value('"demo-token"', "demo-token") == "token-1"
    assert secrets.value("", None) is None
