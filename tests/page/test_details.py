"""What is chosen is told in full: how its call is made again, its answer, and what rules both."""

import json
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests
from playwright.sync_api import expect

from tests.page.conftest import Open
from tests.page.opened import Opened
from tests.page.shown import Pane, show

if TYPE_CHECKING:
    from playwright.sync_api import Locator

CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}
CLIENTS = {"curl": "curl", "HTTPie": "httpie", "pyvss": "pyvss"}
"""What the tabs are called, and the members of an explanation."""


def choose(pane: Pane, id: int) -> "Locator":
    """Choose a request's bar; return what tells its details."""
    pane.bar(id).click()
    details = pane.panel.get_by_role("tabpanel", name="Details")
    expect(details.get_by_role("heading", name=f"request {id} ")).to_be_focused()
    return details


def copied(told: "Locator", client: str) -> str:
    """Copy what a client would be given; return what is on the clipboard then."""
    told.get_by_role("tab", name=client, exact=True).click()
    panel = told.get_by_role("tabpanel", name=client, exact=True)
    panel.get_by_role("button", name="Copy").click()
    expect(panel.get_by_role("button", name="Copied")).to_be_visible()
    return str(told.page.evaluate("navigator.clipboard.readText()"))


@pytest.mark.parametrize("dialect", ["2016", "2026"])
def test_a_request_is_told_with_its_calls_for_three_clients_and_their_rules(
    open_mock: Open, dialect: str
) -> None:
    opened = open_mock(CLIPBOARD, dialect=dialect)
    pane = show(opened)
    id = pane.ask(description="before the upgrade")
    details = choose(pane, id)
    url = f"{opened.vss.url}/_mock/worlds/default/requests/snapshot/{id}"
    told = requests.get(url, timeout=10).json()
    expect(details).to_contain_text("Next: take at 2016-07-29 22:00:00 EDT")
    for tab, member in (("Made by", "made"), ("As shown", "shown")):
        details.get_by_role("tab", name=tab, exact=True).click()
        panel = details.get_by_role("tabpanel", name=tab, exact=True)
        for client, snippet in CLIENTS.items():
            text = copied(panel, client)
            assert text == told[member]["snippets"][snippet]
            assert panel.get_by_role("tabpanel", name=client).locator("pre").inner_text() == text
        answer = panel.get_by_role("group").filter(has_text="Answer: ")
        expect(answer).to_contain_text(f"Answer: {told[member]['answer']['status_code']}")
        body = answer.locator("pre").inner_text()
        assert json.loads(body) == told[member]["answer"]["body"]
        schema = told[member]["answer_schema"]["schema"]
        expect(panel.get_by_text(f"✓ The answer fits {schema}")).to_be_visible()
        evidence = panel.get_by_role("group").filter(has_text="Evidence").get_by_role("listitem")
        rules = told[member]["evidence"]
        expect(evidence).to_have_text(
            [f"{rule['evidence']} {rule['of']}: {rule['source']}" for rule in rules]
        )
    expect(details.get_by_text("✓ The body fits")).to_be_hidden()
    details.get_by_role("tab", name="Made by").click()
    expect(details.get_by_text("✓ The body fits")).to_be_visible()


def test_what_is_copied_for_curl_makes_the_call_once_more(open_mock: Open, tmp_path: Path) -> None:
    opened = open_mock(CLIPBOARD)
    pane = show(opened)
    details = choose(pane, pane.ask(description="it's $HOME"))
    command = copied(details.get_by_role("tabpanel", name="Made by"), "curl")
    done = subprocess.run(
        ["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout)["data"]["status"] == 202
    expect(pane.bar(3)).to_be_visible()
    first, second = opened.vss.journal.calls("vm-snapshot-create")
    assert (first.body, first.target) == (second.body, second.target)


def test_where_there_is_no_clipboard_the_text_is_selected(opened: Opened) -> None:
    opened.page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    pane = show(opened)
    details = choose(pane, pane.ask())
    details.get_by_role("button", name="Copy").first.click()
    expect(details.get_by_role("button", name="Selected: Ctrl-C")).to_be_visible()
    selected = opened.page.evaluate("String(getSelection())")
    assert selected == details.locator("pre").first.inner_text()


def test_a_machine_is_told_and_leads_to_its_requests_and_to_a_new_one(opened: Opened) -> None:
    pane = show(opened)
    pane.ask(2)
    opened.vss.clock.step()
    machine = opened.vss.vms[2].name
    pane.machine(2).click()
    details = pane.panel.get_by_role("tabpanel", name="Details")
    expect(details.get_by_role("heading", name=machine)).to_be_focused()
    expect(details).to_contain_text(f'"name": "{machine}"')
    details.get_by_role("button", name="snapshot 1", exact=True).click()
    expect(details.get_by_role("heading", name="request 2 Scheduled")).to_be_focused()
    pane.machine(2).click()
    details.get_by_role("button", name="Ask for a snapshot").click()
    chosen = pane.form("Ask for a snapshot").get_by_role("combobox", name="Machine")
    expect(chosen).to_have_value(opened.vss.vms[2].uuid)
    expect(pane.panel.get_by_role("textbox", name="From, in Toronto")).to_be_focused()


def test_requests_that_lie_over_each_other_are_listed(opened: Opened) -> None:
    pane = show(opened)
    for _ in range(7):
        pane.ask()
    several = pane.element.get_by_role(
        "button", name=re.compile("3 requests from 2016-07-29 22:00 on")
    )
    several.click()
    details = pane.panel.get_by_role("tabpanel", name="Details")
    expect(details.get_by_role("heading", name="3 requests")).to_be_focused()
    details.get_by_role("button", name=re.compile("request 8: Submitted")).click()
    expect(details.get_by_role("heading", name="request 8 ")).to_be_focused()
