"""Making things happen from the page: ask, extend, revert, delete, and let it go wrong."""

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.page.conftest import Open
from tests.page.opened import Opened
from tests.page.shown import Pane, show

if TYPE_CHECKING:
    from playwright.sync_api import Locator


def wrong(field: "Locator", says: str) -> None:
    """Check that a field is told to be wrong, and why, also to those who cannot see it."""
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile(says))


def right(field: "Locator") -> None:
    expect(field).not_to_have_attribute("aria-invalid", "true")


def test_what_is_asked_for_is_made_and_shown(opened: Opened) -> None:
    pane = show(opened)
    form = pane.tab("Snapshot").get_by_role("form", name="Ask for a snapshot")
    form.get_by_role("combobox", name="Machine").select_option(label="1605P-web2")
    form.get_by_role("textbox", name="From, in Toronto").fill("2016-07-30 03:00")
    form.get_by_role("textbox", name="For how many hours").fill("24")
    form.get_by_role("textbox", name="Description").fill("new certificates")
    pane.element.get_by_role("combobox", name="as").select_option("ana")
    form.get_by_role("button", name="Submit").click()
    expect(pane.panel.get_by_role("heading", name="request 2 ")).to_be_focused()
    expect(pane.bar(2)).to_have_accessible_name(
        "1605P-web2. Snapshot, request 2: Submitted, 2016-07-30 03:00 to 2016-07-31 03:00"
    )
    (call,) = opened.vss.journal.calls("vm-snapshot-create")
    assert call.user == "ana"
    assert call.body == {
        "from_date": "2016-07-30 03:00",
        "valid_for": 24,
        "description": "new certificates",
    }


def test_what_is_refused_is_told_at_its_fields_and_below(opened: Opened) -> None:
    pane = show(opened)
    form = pane.tab("Snapshot").get_by_role("form", name="Ask for a snapshot")
    date = form.get_by_role("textbox", name="From, in Toronto")
    hours = form.get_by_role("textbox", name="For how many hours")
    description = form.get_by_role("textbox", name="Description")
    submit = form.get_by_role("button", name="Submit")
    good = date.input_value()
    date.fill("tomorrow")
    hours.fill("99")
    description.fill("")
    opened.allow(r"status of 400.*/snapshot\)")
    submit.click()
    wrong(date, "'tomorrow' is not 'YYYY-MM-DD HH:MM'")
    wrong(hours, "99 is more than the maximum of 72")
    wrong(description, "'description' is missing")
    right(form.get_by_role("combobox", name="Machine"))
    expect(date).to_be_focused()
    expect(form.get_by_role("alert")).to_have_text("Refused, and nothing has changed.")
    assert (
        opened.vss.state()["snapshot_requests"] == opened.vss.saved()["world"]["snapshot_requests"]
    )
    date.fill(good)
    description.fill("x")
    submit.click()
    right(date)
    right(description)
    wrong(hours, "99 is more")
    expect(hours).to_be_focused()
    hours.fill("soon")
    submit.click()
    wrong(hours, "'soon' is not a number of hours from 1 to 72")
    hours.fill("12")
    opened.vss.faults.add("status", status_code=503, times=1)
    opened.allow("status of 503")
    submit.click()
    expect(form.get_by_role("alert")).to_contain_text(re.compile("503|unavailable|fault"))
    for field in (date, hours, description):
        right(field)
    submit.click()
    expect(pane.bar(2)).to_be_visible()
    expect(form.get_by_role("alert")).to_be_hidden()


def test_a_snapshot_is_extended_until_it_is_refused(opened: Opened) -> None:
    pane = show(opened)
    pane.ask()
    opened.vss.clock.step()
    pane.bar(2).click()
    form = pane.form("What to do with the snapshot")
    hours = form.get_by_role("textbox", name="Hours")
    opened.allow("status of 4.*/v2/request/snapshot/2")
    for refused in ("73", "a while"):
        hours.fill(refused)
        hours.press("Enter")
        wrong(hours, "72|integer")
    for count in range(1, 4):
        hours.fill("6")
        form.get_by_role("button", name="Extend").click()
        told = " + ".join(["6"] * count)
        expect(pane.bar(2)).to_have_accessible_name(
            re.compile(rf", extended by {re.escape(told)} h$")
        )
        right(hours)
    form.get_by_role("button", name="Extend").click()
    wrong(hours, "3")
    assert pane.record(2)["snapshot"]["to_date"] == "2016-07-31 04:00:00 EDT"


def test_a_machine_is_put_back_and_a_snapshot_deleted(opened: Opened) -> None:
    pane = show(opened)
    pane.ask()
    opened.vss.clock.advance_to("2016-07-30T02:00")
    pane.button("Zoom in").click()
    pane.bar(2).click()
    form = pane.form("What to do with the snapshot")
    form.get_by_role("button", name="Revert").click()
    expect(pane.bar(3)).to_have_accessible_name(re.compile("Revert, request 3: "))
    pane.button("+ 1 h").click()
    expect(pane.log).to_contain_text("the machine is back at its snapshot")
    form.get_by_role("button", name="Delete").click()
    expect(pane.bar(4)).to_have_accessible_name(re.compile("Deletion, request 4: "))
    pane.button("+ 1 h").click()
    expect(pane.bar(2)).to_contain_class("processed")
    expect(pane.log).to_contain_text("its snapshot was deleted by hand")
    expect(form).to_have_count(0)


def test_a_change_is_cancelled_as_long_as_it_waits(open_mock: Open) -> None:
    opened = open_mock(dialect="2026")
    pane = show(opened)
    change(pane)
    bar = pane.bar(1, "change request")
    expect(bar).to_have_accessible_name(re.compile("Change, change request 1: SCHEDULED"))
    bar.click()
    pane.panel.get_by_role("button", name="Cancel it").click()
    expect(bar).to_have_accessible_name(re.compile("CANCELLED"))
    expect(pane.panel.get_by_role("heading", name="change request 1 CANCELLED")).to_be_visible()
    expect(pane.panel.get_by_role("button", name="Cancel it")).to_have_count(0)


def change(pane: Pane) -> None:
    """Ask for a change of a machine, to be made at a date ahead."""
    pane.call(
        "PUT",
        f"/v2/vm/{pane.world.vm.uuid}/cpu",
        {"value": 4, "schedule": "2016-07-29 22:00"},
    )


def test_faults_are_added_refused_counted_and_cleared(opened: Opened) -> None:
    pane = show(opened)
    panel = pane.tab("Faults")
    form = panel.get_by_role("form", name="Let something go wrong")
    kind = form.get_by_role("combobox", name="What goes wrong")
    operation = form.get_by_role("textbox", name="Operation")
    times = form.get_by_role("textbox", name="How often")
    more = form.get_by_role("textbox", name="More")
    add = form.get_by_role("button", name="Add fault")
    kind.select_option("status")
    expect(form).to_contain_text("A call is refused by a status code, and has no effect.")
    operation.fill("vm-lists")
    times.fill("often")
    opened.allow("status of 400.*/faults")
    add.click()
    wrong(times, "'often' is not an integer")
    expect(times).to_be_focused()
    expect(form.get_by_role("alert")).to_contain_text("'status_code' is missing")
    times.fill("2")
    more.fill("status_code=500 nth=1")
    add.click()
    wrong(operation, "none called 'vm-lists'")
    expect(operation).to_be_focused()
    right(times)
    operation.fill("vm-list")
    add.click()
    faults = panel.get_by_role("list", name="Faults").get_by_role("listitem")
    expect(faults).to_have_text(re.compile(r"1: status.*status_code=500.* · struck 0 of 0"))
    right(operation)
    pane.page.request.get("/v2/vm", headers=opened.vss.headers)
    expect(faults).to_have_text(re.compile("struck 1 of 1"))
    kind.select_option("work-fails")
    operation.fill("")
    times.fill("")
    more.fill("event=take reason=no_disk_space")
    add.click()
    expect(faults).to_have_count(2)
    panel.get_by_role("button", name="Clear fault 1").click()
    expect(faults).to_have_count(1)
    expect(faults).to_have_text(re.compile("2: work-fails.*event=take"))
    pane.ask()
    pane.button("+ 12 h").click()
    expect(pane.bar(2)).to_contain_class("failed")
    pane.bar(2).click()
    expect(pane.panel.get_by_role("heading", name="request 2 Error Processed")).to_be_visible()
    expect(pane.panel.get_by_text(re.compile("^Insufficient disk space"))).to_be_visible()
    pane.tab("Faults")
    opened.vss.faults.add("stale")
    panel.get_by_role("button", name="Clear all").click()
    expect(faults).to_have_count(0)
