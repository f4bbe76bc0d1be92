"""What is secret is shown by a name, in whatever spelling it comes along."""

import base64
import json
import shlex
from urllib.parse import quote

import pytest

from vss_mock.contract.secrets import Secrets

CANARY = "c4n4ry/t0ken+that=must&not show"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJqbSJ9.c2lnbmF0dXJl"


@pytest.fixture
def secrets() -> Secrets:
    known = Secrets()
    known.learn(CANARY)
    return known


@pytest.mark.parametrize(
    "spelled",
    [
        CANARY,
        quote(CANARY, safe=""),
        base64.b64encode(f"{CANARY}:".encode()).decode(),
        f'{{"token": "{CANARY}"}}',
        f"curl -H 'Authorization: Bearer {CANARY}'",
    ],
)
def test_a_secret_is_hidden_in_each_spelling(secrets: Secrets, spelled: str) -> None:
    shown = secrets.hide(f"before {spelled} after")
    for part in (CANARY, quote(CANARY, safe=""), base64.b64encode(CANARY.encode()).decode()[:20]):
        assert part not in shown
    assert shown.startswith("before ")
    assert shown.endswith(" after")


def test_the_same_secret_has_the_same_name(secrets: Secrets) -> None:
    secrets.learn("another-secret")
    secrets.learn(CANARY)
    shown = secrets.hide(f"{CANARY} another-secret {CANARY}")
    assert shown == "token-1 token-2 token-1"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"got {JWT}!", "got (hidden)!"),
        ('{"password": "jm", "user": "jm"}', '{"password": "(hidden)", "user": "jm"}'),
        (
            '{\\"password\\": \\"jm\\", \\"user\\": 1}',
            '{\\"password\\": \\"(hidden)\\", \\"user\\": 1}',
        ),
        ('{"token":"a\\"b"}', '{"token":"(hidden)"}'),
        ("Authorization: Basic am06am0=", "Authorization: Basic (hidden)"),
        ('"Authorization: Bearer $TOKEN"', '"Authorization: Bearer $TOKEN"'),
    ],
)
def test_what_looks_secret_is_hidden_though_nobody_named_it(text: str, shown: str) -> None:
    assert Secrets().hide(text) == shown


@pytest.mark.parametrize(
    "secret", ['quo"ted pass', "it's a secret", "back\\slash-secret", "gehéim-wort"]
)
def test_a_password_is_hidden_however_it_is_escaped(secret: str) -> None:
    secrets = Secrets()
    secrets.learn(secret, "password", "jm")
    for spelled in (
        secret,
        json.dumps({"x": secret}),
        json.dumps(json.dumps({"x": secret})),
        json.dumps(secret, ensure_ascii=False),
        shlex.quote(secret),
        quote(secret, safe="").lower(),
        base64.b64encode(f"jm:{secret}".encode()).decode(),
    ):
        assert "password-1" in secrets.hide(f"before {spelled} after"), spelled


def test_short_words_are_not_hidden_everywhere() -> None:
    secrets = Secrets()
    secrets.learn("jm", "password")
    secrets.learn(None)
    assert secrets.hide("jm is a user") == "jm is a user"
