"""A control token is asked for, kept for a tab, sent as a header, and told to nobody else."""

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from playwright.sync_api import expect

from tests.page.conftest import Open
from tests.page.shown import Pane

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Request

TOKEN = "s3cret/+&?#~"
KEPT = "vss-mock-control-token"


def dialog(page: "Page") -> "Locator":
    return page.get_by_role("dialog", name="This mock wants its control token")


def answer(page: "Page", token: str) -> None:
    """Answer the dialog, as somebody who types."""
    dialog(page).get_by_role("textbox", name="Control token").fill(token)
    page.keyboard.press("Enter")


def is_open(pane: Pane) -> None:
    """Wait until the page shows its world, and hears of what others do in it."""
    pane.ruler.locator(".tick").first.wait_for()
    id = pane.ask(from_date="2016-07-30 10:00")
    pane.bar(id).wait_for()


def test_the_token_is_asked_for_until_it_is_right_and_sent_in_a_header_alone(
    open_mock: Open,
) -> None:
    opened = open_mock(control_token=TOKEN)
    opened.allow("status of 401")
    page, vss = opened.page, opened.vss
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request))  # noqa: PLW0108 - it marks it
    page.goto("/_mock/")
    expect(dialog(page).get_by_role("textbox")).to_have_attribute("type", "password")
    answer(page, "guessed")
    expect(dialog(page).get_by_role("alert")).to_contain_text("Authorization: Bearer")
    answer(page, TOKEN)
    expect(dialog(page)).to_be_hidden()
    pane = Pane(page, vss)
    is_open(pane)
    pane.button("Step: take #2 in 21 h 29 min").click()
    expect(pane.log).to_contain_text("the snapshot is taken")

    stream = next(each for each in reversed(sent) if each.url.endswith("/events"))
    assert stream.headers["authorization"] == f"Bearer {TOKEN}"
    assert not [each.url for each in sent if "s3cret" in unquote(each.url)]
    assert not [each for each in sent if "s3cret" in (each.post_data or "")]
    assert not [each for each in sent if "cookie" in each.headers]
    assert page.evaluate("[localStorage.length, document.cookie]") == [0, ""]
    assert page.evaluate("Object.entries(sessionStorage)") == [[KEPT, TOKEN]]
    assert "s3cret" not in page.content() + page.url
    page.reload()
    is_open(pane)
    expect(dialog(page)).to_be_hidden()

    other = page.context.new_page()
    other.goto("/_mock/")
    expect(dialog(other)).to_be_visible()


def test_whoever_gives_no_token_is_told_so_and_left_alone(open_mock: Open) -> None:
    opened = open_mock(control_token=TOKEN)
    opened.allow("status of 401")
    page = opened.page
    page.goto("/_mock/")
    dialog(page).get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("region", name="World default").get_by_role("alert")).to_have_text(
        re.compile("wants Authorization: Bearer")
    )
    expect(dialog(page)).to_be_hidden()
    page.reload()
    dialog(page).wait_for()
    page.keyboard.press("Escape")
    expect(page.get_by_role("alert").filter(has_text="Bearer")).to_be_visible()


def test_a_token_that_is_none_any_more_is_asked_for_anew(open_mock: Open) -> None:
    opened = open_mock(control_token=TOKEN)
    opened.allow("status of 401")
    page = opened.page
    page.add_init_script(f"sessionStorage.setItem('{KEPT}', 'of yesterday')")
    page.goto("/_mock/")
    answer(page, TOKEN)
    is_open(Pane(page, opened.vss))
