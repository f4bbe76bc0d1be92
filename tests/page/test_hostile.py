"""Whatever a name or a text holds, it is shown as it is: nothing of it becomes markup, or runs."""

from typing import TYPE_CHECKING

import pytest
import requests
from playwright.sync_api import expect

from tests.page import audit
from tests.page.conftest import Open
from tests.page.opened import Opened
from tests.page.shown import Pane, show

if TYPE_CHECKING:
    from playwright.sync_api import Page

MARKUP = "<img src=x onerror=window.__pwned=1>"
NAMES = (
    f"{MARKUP}</script><b>",
    "\"><script>window.__pwned=1</script>'`${__pwned=1}",
    "javascript:window.__pwned=1//\u202etxt.exe \U0001f98a&lt;&#60;",
)
LONG = (
    f"{MARKUP}</title></script><svg onload=window.__pwned=1>\u202e\u2066\U0001f98a'\"`" + "x" * 3900
)
TOKEN = "~javascript+window/__pwned//" + "x" * 300 + "=="
TAGS = (
    "() => [...new Set([...document.querySelectorAll('*')].map(({ tagName }) => tagName))].sort()"
)
OURS = {
    *(
        "A",
        "ASIDE",
        "B",
        "BLOCKQUOTE",
        "BODY",
        "BR",
        "BUTTON",
        "DETAILS",
        "DIV",
        "FORM",
        "H1",
        "H2",
    ),
    *("HEAD", "HEADER", "HTML", "I", "INPUT", "LABEL", "LI", "LINK", "MAIN", "META", "NOSCRIPT"),
    *("OL", "OPTION", "P", "PRE", "SCRIPT", "SECTION", "SELECT", "SMALL", "SPAN", "SUMMARY"),
    *("TIME", "TITLE", "UL"),
}
"""The tags of which the page is made."""


def unharmed(page: "Page") -> None:
    """Check that nothing ran, nothing was made but what the page makes, and nothing is cut."""
    assert page.evaluate("window.__pwned === undefined")
    assert set(page.evaluate(TAGS)) <= OURS
    assert page.locator("script").count() == 1
    assert page.locator("a").evaluate_all("all => all.map(({ protocol }) => protocol)") == ["http:"]
    assert audit.fits(page) == []


def prepared(open_mock: Open) -> Opened:
    """Open the page on a world whose every text is meant to do harm."""
    opened = open_mock(
        {"viewport": {"width": 1280, "height": 720}},
        users=[{"username": "jm", "password": "jm", "token": TOKEN, "full_name": MARKUP}],
        vms=[{"name": name} for name in NAMES],
        faults=[
            {
                "kind": "work-fails",
                "reason": "no_disk_space",
                "detail": LONG[:256],
                "times": 1,
                "nth": 2,
            }
        ],
        task_seconds=0,
    )
    opened.allow("status of 400")  # of what is asked for on purpose
    pane = show(opened)
    assert pane.ask(description=LONG) == 1
    pane.ask(1, description=MARKUP)
    return opened


def test_texts_that_mean_harm_are_shown_as_texts(open_mock: Open) -> None:
    opened = prepared(open_mock)
    page, vss = opened.page, opened.vss
    pane = Pane(page, vss)
    for name in NAMES:
        machine = pane.element.get_by_title(name, exact=False).first
        expect(machine).to_have_text(name)
    pane.bar(1).focus()
    expect(page.get_by_role("tooltip")).to_contain_text(MARKUP)
    unharmed(page)
    pane.bar(1).click()
    panel = pane.panel
    expect(panel.get_by_role("blockquote")).to_have_text(LONG)
    expect(panel.get_by_text(f"Bearer {TOKEN}").first).to_be_visible()
    unharmed(page)
    vss.clock.advance("1d")
    pane.bar(2).click()
    expect(panel.get_by_text(MARKUP).first).to_be_visible()
    expect(panel.locator(".bad")).to_contain_text(LONG[:200])
    unharmed(page)
    pane.element.get_by_title(NAMES[0], exact=False).first.click()
    expect(panel.get_by_role("heading", name=NAMES[0])).to_be_visible()
    unharmed(page)
    form = pane.tab("Snapshot")
    assert form.get_by_role("combobox").first.locator("option").all_inner_texts() == list(NAMES)
    form.get_by_role("textbox", name="From, in Toronto").fill(LONG)
    form.get_by_role("button", name="Submit").click()
    form.locator(".problem").filter(has_text="<img src=x").first.wait_for()
    unharmed(page)
    faults = pane.tab("Faults")
    expect(faults.get_by_role("list", name="Faults")).to_contain_text(MARKUP)
    unharmed(page)
    requests.get(f"{vss.url}/v2/vm?filter=name%20like%20'{MARKUP}'", headers=vss.headers, timeout=9)
    journal = pane.tab("Journal")
    expect(journal.get_by_text("onerror").first).to_be_visible()
    journal.get_by_role("textbox", name="Filter").fill(f"description={LONG.replace(' ', '')}")
    expect(journal).to_contain_text("None is so; these came nearest:")
    unharmed(page)
    long = vss.world(name="w" * 64)
    page.set_viewport_size({"width": 390, "height": 844})
    show(opened, long)
    unharmed(page)


def test_a_world_that_is_not_there_is_named_as_it_was_asked_for(opened: Opened) -> None:
    opened.page.goto(f"/_mock/?world={LONG}")
    opened.allow("status of 40[04]")
    expect(opened.page.get_by_role("alert").filter(has_text="world")).to_be_visible()
    unharmed(opened.page)


@pytest.mark.parametrize("path", ["/_mock/", "/_mock/page/api.html"])
def test_no_text_can_be_made_markup_or_code(opened: Opened, path: str) -> None:
    opened.page.goto(path)
    opened.allow("requires 'Trusted|policy: require-trusted-types-for")
    for code in (
        "document.body.innerHTML = '<b>'",
        "document.body.insertAdjacentHTML('beforeend', '<b>')",
        "document.createElement('script').text = '1'",
        "document.write('<b>')",
    ):
        told = opened.page.evaluate(
            f"() => {{ try {{ {code} }} catch (error) {{ return `${{error}}` }} }}"
        )
        assert "Trusted" in (told or ""), code
