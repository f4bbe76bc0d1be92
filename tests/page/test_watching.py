"""What is wrong about a page is noticed: a test of it would fail at its end."""

import pytest

from tests.page.browser import found
from tests.page.opened import Opened

POLICY = "policy: |violates|Refused to|Content Security Policy|blocked|Connecting to"


def done(opened: Opened, *patterns: str) -> None:
    """Wait until the page has told all, and allow it."""
    opened.page.wait_for_timeout(200)
    for pattern in patterns:
        opened.allow(pattern)


def test_an_error_on_the_console_is_noticed(opened: Opened) -> None:
    opened.page.goto("/_mock/")
    opened.page.evaluate("console.error('no good')")
    done(opened, "console error: no good")


def test_an_error_that_nobody_catches_is_noticed(opened: Opened) -> None:
    opened.page.goto("/_mock/")
    opened.page.evaluate("() => { setTimeout(() => { throw new Error('fell') }) }")
    done(opened, "uncaught: Error: fell")


def test_a_promise_that_nobody_catches_is_noticed(opened: Opened) -> None:
    opened.page.goto("/_mock/")
    opened.page.evaluate("() => { Promise.reject(new Error('broke')) }")
    done(opened, "uncaught: Error: broke")


def test_a_call_to_another_server_is_noticed_and_forbidden_by_the_policy(opened: Opened) -> None:
    opened.page.goto("/_mock/")
    opened.page.evaluate("fetch('http://127.0.0.1:9/').catch(() => 0)")
    done(opened, "policy: connect-src forbids http://127.0.0.1:9", POLICY)


def test_a_call_by_another_page_is_noticed(opened: Opened) -> None:
    opened.page.set_content("<img src='http://elsewhere.example/a.png'>")
    done(opened, "a call to another server: GET http://elsewhere.example/a.png", "NAME_NOT_RES")


@pytest.mark.parametrize(
    ("script", "told"),
    {
        "document.body.innerHTML = '<b>'": "require-trusted-types-for",
        "document.head.append(Object.assign(document.createElement('script'), "
        "{text: 'window.x = 1'}))": "script-src|require-trusted-types-for",
        "document.body.append(Object.assign(document.createElement('iframe'), "
        "{src: '/_mock/'}))": "frame-src",
        "(() => { const style = document.createElement('style'); "
        "style.textContent = 'p{}'; document.head.append(style) })()": "style-src",
    }.items(),
)
def test_what_the_policy_forbids_does_not_happen_and_is_noticed(
    opened: Opened, script: str, told: str
) -> None:
    opened.page.goto("/_mock/")
    with opened.page.expect_console_message(lambda said: "policy: " in said.text):
        opened.page.evaluate("script => { try { eval(script) } catch (error) { 0 } }", script)
    done(opened, f"policy: ({told})", POLICY)


def test_what_is_allowed_in_vain_is_a_problem_too(opened: Opened) -> None:
    opened.page.goto("/_mock/")
    opened.allow("never")
    assert opened.close() == ["'never' was allowed and did not happen"]
    opened.__dict__["_allowed"].clear()


def test_without_a_browser_it_is_said_and_where_one_has_to_be_it_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.delenv("VSS_MOCK_CI", raising=False)
    with pytest.raises(BaseException, match="apt-get install chromium") as missing:
        found()
    assert type(missing.value).__name__ == "Skipped"
    monkeypatch.setenv("VSS_MOCK_CI", "1")
    with pytest.raises(BaseException, match=r"which \.ci/run installs") as missing:
        found()
    assert type(missing.value).__name__ == "Failed"
