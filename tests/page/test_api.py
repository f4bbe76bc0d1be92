"""The page of the API: the document of a world, tried out on that world, and nobody else called."""

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.page.conftest import Open
from tests.page.opened import Opened
from vss_mock import resources
from vss_mock.resources import load_schemas

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

SLIPS = {
    "slips": [
        {"title": "A `vm` without a name", "of": "documents", "says": "so `<b>`", "does": "thus"},
        {"title": "Fewer words", "source": "page 7", "operations": ["vm-get"], "says": 7},
        {"title": 7},
        None,
    ]
}
FILES = {"slips.json": json.dumps(SLIPS).encode()}


@pytest.fixture(autouse=True)
def _files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the page have slips of the tests' own."""
    real = resources.page_file

    def page_file(name: str) -> bytes | None:
        return FILES["slips.json"] if name == "slips.json" else real(name)

    monkeypatch.setattr(resources, "page_file", page_file)


def show(opened: Opened, query: str = "") -> "Page":
    """Go to the page, and wait until Swagger UI shows the document."""
    opened.page.goto(f"/_mock/page/api.html{query}")
    opened.page.locator(".opblock").first.wait_for()
    opened.page.locator("#told").wait_for(state="hidden")
    return opened.page


def operation(page: "Page", id: str) -> "Locator":
    """Return what stands for an operation."""
    return page.locator(f".opblock[id$='-{id}']")


def execute(page: "Page", id: str) -> "Locator":
    """Try an operation out as it is filled in; return its answer."""
    block = operation(page, id)
    block.locator("button.opblock-summary-control").click()
    block.locator("button.execute").click()
    answer = block.locator(".live-responses-table tbody tr").first
    answer.wait_for()
    return answer


@pytest.mark.parametrize("dialect", ["2016", "2019", "2026"])
def test_the_operations_of_the_worlds_dialect_are_shown(open_mock: Open, dialect: str) -> None:
    opened = open_mock(dialect="2019" if dialect == "2016" else "2016")
    opened.vss.world(name="other", dialect=dialect)
    page = show(opened, "?world=other")
    shown = page.eval_on_selector_all(".opblock", "blocks => blocks.map(block => block.id)")
    paths = load_schemas()[f"{dialect}/openapi.json"]["paths"]
    wanted = {
        f"operations-{operation['tags'][0]}-{operation['operationId']}"
        for item in paths.values()
        for operation in item.values()
        if "operationId" in operation
    }
    assert set(shown) == wanted
    assert page.locator("#world").text_content() == f"of the world other, as of {dialect}"


def test_a_call_that_is_tried_out_is_answered_and_in_the_journal(opened: Opened) -> None:
    """It bears the token of the world's first user without anybody typing one."""
    answer = execute(show(opened), "vm-list")
    assert answer.locator(".response-col_status").inner_text().startswith("200")
    assert "1606T-coreos0" in answer.inner_text()
    (call,) = opened.vss.journal.calls()
    assert (call.method, call.operation, call.status_code) == ("GET", "vm-list", 200)
    assert call.user == "jm"


def test_a_login_that_is_tried_out_has_the_users_password(opened: Opened) -> None:
    answer = execute(show(opened), "token-request")
    assert answer.locator(".response-col_status").inner_text().startswith("200")


def test_another_world_is_tried_out_by_its_own_token(opened: Opened) -> None:
    world = opened.vss.world(name="team-a")
    page = show(opened, "?world=team-a")
    execute(page, "user-get")
    assert [call.operation for call in world.journal.calls()] == ["user-get"]
    assert list(opened.vss.journal.calls()) == []
    assert page.locator("#back").get_attribute("href") == f"{world.url}/_mock/?world=team-a"


def test_a_world_that_is_not_there_is_told(opened: Opened) -> None:
    opened.page.goto("/_mock/page/api.html?world=nowhere")
    opened.allow("status of 404.*worlds/nowhere")
    opened.page.get_by_text("no world 'nowhere'").wait_for()


def test_the_control_token_is_asked_for_until_it_is_right_and_remembered(open_mock: Open) -> None:
    opened = open_mock(control_token="secret")
    opened.allow(r"status of 401.*worlds/default")
    page = opened.page
    page.goto("/_mock/page/api.html")
    page.get_by_label("control token").fill("guessed")
    page.get_by_role("button", name="Go on").click()
    page.get_by_text("It is not this one.").wait_for()
    page.get_by_label("control token").fill("secret")
    page.get_by_label("control token").press("Enter")
    page.locator(".opblock").first.wait_for()
    assert "secret" not in page.url
    assert page.evaluate("sessionStorage.getItem('vss-mock-control-token')") == "secret"
    show(opened)
    assert page.get_by_label("control token").is_hidden()


def test_slips_are_told_as_far_as_they_can_be_and_as_text(opened: Opened) -> None:
    page = show(opened)
    slips = page.locator("#list-of-slips article")
    assert slips.count() == 2
    assert slips.locator("h3").all_inner_texts() == ["A vm without a name", "Fewer words"]
    first, last = (slip.locator("dt, dd").all_inner_texts() for slip in slips.all())
    assert first == ["The documents", "so <b>", "The mock", "thus"]
    assert last == ["Source", "page 7"]


def test_without_slips_there_is_no_word_of_them(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(FILES, "slips.json", b"{}")
    page = show(opened)
    assert page.locator("#list-of-slips").inner_text() == ""


def test_a_package_without_swagger_ui_says_so_and_where_the_document_is(
    open_mock: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = resources.page_file
    monkeypatch.setattr(
        resources, "page_file", lambda name: None if name.startswith("swagger") else real(name)
    )
    opened = open_mock()
    opened.allow(r"status of 404.*swagger-ui-bundle\.js")
    opened.allow(r"swagger-ui\.css")
    opened.allow(r"Refused to execute script|MIME type")
    page = opened.page
    page.goto("/_mock/page/api.html")
    page.get_by_text("built without Swagger UI").wait_for()
    address: Any = page.get_by_role("link", name="The OpenAPI document").get_attribute("href")
    assert page.request.get(address).json()["openapi"].startswith("3.1")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_as_dark_as_the_visitor_prefers(open_mock: Open, scheme: str) -> None:
    page = show(open_mock({"color_scheme": scheme}))
    assert page.evaluate("document.documentElement.className") == {"dark": "dark-mode"}.get(
        scheme, ""
    )
