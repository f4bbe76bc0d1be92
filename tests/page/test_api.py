"""The page of the API: the document of a world, tried out on that world, and nobody else called."""

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.page.conftest import Open
from tests.page.opened import Opened
from vss_mock import resources
from vss_mock.resources import load_schemas

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Route


def show(opened: Opened, query: str = "") -> "Page":
    """Go to the page, and wait until Swagger UI shows the document."""
    opened.page.goto(f"/_mock/page/api.html{query}")
    opened.page.locator(".opblock").first.wait_for()
    opened.page.get_by_role("status").first.wait_for(state="hidden")
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
    assert page.get_by_role("heading", level=1).first.inner_text() == (
        f"The API of world other, as of {dialect}"
    )


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
    page.get_by_role("link", name="vss-mock").click()
    assert page.url == f"{world.url}/_mock/?world=team-a"


def test_calls_go_to_where_the_page_comes_from_whatever_links_begin_with(opened: Opened) -> None:
    def elsewhere(route: "Route") -> None:
        answer = route.fetch()
        document = {**answer.json(), "servers": [{"url": "https://vss.example"}]}
        route.fulfill(response=answer, json=document)

    opened.page.route("**/openapi.json", elsewhere)
    answer = execute(show(opened), "vm-list")
    assert answer.locator(".response-col_status").inner_text().startswith("200")
    (call,) = opened.vss.journal.calls()
    assert call.path == "/v2/vm"


def test_a_world_that_is_not_there_is_told(opened: Opened) -> None:
    opened.page.goto("/_mock/page/api.html?world=nowhere")
    opened.allow("status of 404.*worlds/nowhere")
    told = opened.page.get_by_role("status").first
    told.get_by_text("no world 'nowhere'").wait_for()
    assert opened.page.locator(".opblock").count() == 0


def test_the_control_token_is_asked_for_until_it_is_right_and_remembered(open_mock: Open) -> None:
    opened = open_mock(control_token="secret")
    opened.allow(r"status of 401")
    page = opened.page
    page.goto("/_mock/page/api.html")
    page.get_by_role("textbox", name="Control token").fill("guessed")
    page.get_by_role("button", name="Open").click()
    page.get_by_text("wants Authorization: Bearer").wait_for()
    page.get_by_role("textbox", name="Control token").fill("secret")
    page.get_by_role("textbox", name="Control token").press("Enter")
    page.locator(".opblock").first.wait_for()
    assert "secret" not in page.url
    assert page.evaluate("sessionStorage.getItem('vss-mock-control-token')") == "secret"
    show(opened)
    assert page.get_by_role("textbox", name="Control token").is_hidden()


def test_the_slips_are_told_as_they_are_kept(opened: Opened) -> None:
    slips = json.loads((resources.find("schemas") / "slips.json").read_bytes())["slips"]
    told = show(opened).locator("article")
    assert told.count() == len(slips)
    for article, slip in zip(told.all_inner_texts(), slips, strict=True):
        assert slip["title"] in article
        assert slip["does"] in article


def test_the_life_of_a_request_is_drawn(opened: Opened) -> None:
    picture = show(opened).get_by_role("img", name="The states of a request")
    assert picture.evaluate("picture => picture.complete && picture.naturalWidth > 0")


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
    address: Any = page.get_by_role("link", name="the OpenAPI document").evaluate(
        "link => link.href"
    )
    assert page.request.get(address).json()["openapi"].startswith("3.1")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_as_dark_as_the_visitor_prefers(open_mock: Open, scheme: str) -> None:
    page = show(open_mock({"color_scheme": scheme}))
    assert page.evaluate("document.documentElement.className") == {"dark": "dark-mode"}.get(
        scheme, ""
    )
