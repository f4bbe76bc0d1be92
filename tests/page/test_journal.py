"""The journal as it grows: what is looked for in it, and what came nearest to what is not there."""

import re
from typing import TYPE_CHECKING

import requests
from playwright.sync_api import expect

from tests.page.opened import Opened
from tests.page.shown import Pane, show

if TYPE_CHECKING:
    from playwright.sync_api import Locator


def filled(pane: Pane) -> "Locator":
    """Let three calls and an event happen; return the journal."""
    panel = pane.tab("Journal")
    pane.ask(description="x")
    pane.ask(1, valid_for=24)
    refused = requests.post(
        f"{pane.world.url}/v2/vm/{pane.world.vm.uuid}/snapshot",
        json={"from_date": "tomorrow"},
        headers=pane.world.headers,
        timeout=10,
    )
    assert refused.status_code == 400
    pane.world.clock.step()
    return panel


def test_it_grows_by_itself_and_its_entries_are_told_in_full(opened: Opened) -> None:
    pane = show(opened)
    panel = filled(pane)
    entries = panel.get_by_role("listitem")
    uuid = opened.vss.vm.uuid
    expect(entries).to_have_count(5)
    lines = panel.get_by_role("button")
    expect(lines.last).to_have_text(
        f"1 · 2016-07-29 12:30:59 EDT · POST /v2/vm/{uuid[:8]}…/snapshot → 202 · jm"
    )
    expect(panel.get_by_role("status")).to_have_text("5 of 5 entries")
    expect(entries.filter(has_text="→ 400")).to_contain_text("'valid_for' is missing")
    lines.last.click()
    details = pane.panel.get_by_role("tabpanel", name="Details")
    expect(details.get_by_role("heading")).to_have_text("entry 1: POST vm-snapshot-create")
    expect(details).to_contain_text("Answer: 202")
    expect(details).to_contain_text("✓ The body fits 2016/snapshot-create.json")
    pane.tab("Journal")
    lines.filter(has_text="→ 400").click()
    expect(details).to_contain_text("✗ The body breaks 2016/snapshot-create.json")
    expect(details).to_contain_text("'valid_for' is missing")
    pane.tab("Journal")
    lines.filter(has_text="the snapshot is taken").first.click()
    expect(details.get_by_role("heading")).to_have_text(re.compile(r"entry \d: take"))


def test_it_is_filtered_by_kind_by_members_and_by_words(opened: Opened) -> None:
    pane = show(opened)
    panel = filled(pane)
    entries = panel.get_by_role("listitem")
    kind = panel.get_by_role("combobox", name="Which entries")
    for only, count in (("events", 2), ("refused", 1), ("calls", 3), ("all", 5)):
        kind.select_option(only)
        expect(entries).to_have_count(count)
    words = panel.get_by_role("textbox", name="Filter")
    for text, count in (
        ("valid_for=24", 1),
        ("operation=vm-snapshot-create status_code=202", 2),
        ("POST snapshot", 3),
        ("event=take", 2),
        ("request=2 taken", 1),
        ("", 5),
    ):
        words.fill(text)
        expect(entries).to_have_count(count)
        expect(panel.get_by_role("status")).to_have_text(f"{count} of 5 entries")


def test_of_what_did_not_come_the_nearest_is_told_and_how_it_differs(opened: Opened) -> None:
    pane = show(opened)
    panel = filled(pane)
    panel.get_by_role("textbox", name="Filter").fill(
        "operation=vm-snapshot-create valid_for=36 user=jm status_code=202"
    )
    expect(panel.get_by_role("status")).to_have_text("None is so; these came nearest:")
    entries = panel.get_by_role("listitem")
    expect(entries).to_have_count(3)
    expect(entries.nth(0)).to_contain_text("valid_for was 24, not 36")
    expect(entries.nth(1)).to_contain_text("valid_for was 12, not 36")
    expect(entries.nth(2)).to_contain_text(
        "valid_for was left out, not 36; status_code was 400, not 202"
    )
    pane.ask(2, valid_for=36)
    expect(entries).to_have_count(1)
    expect(entries).to_contain_text("→ 202")
