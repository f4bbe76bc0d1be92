"""The files of the page: each as what it is, none but these, and none with a token."""

import re
from pathlib import Path

import pytest

from tests.api.caller import Caller, caller, finish
from vss_mock import resources
from vss_mock.api.control_page import HEADERS, POLICY, TYPES
from vss_mock.api.messages import Reply
from vss_mock.api.service import OPEN

FILES = {
    "index.html": b"<p>",
    "app.css": b"p{}",
    "app.js": b"1",
    "LICENSE": b"mine",
    "a.map": b"{}",
}


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Caller:
    """A mock that wants a control token, with a page of a few files."""
    monkeypatch.setattr(resources, "page_file", FILES.get)
    return caller(control_token="secret")


def ask(mock: Caller, target: str, method: str = "GET") -> Reply:
    """Ask for a file; answers are no JSON, so that they come as they are."""
    reply = mock.service.handle(mock.call(method, target, authorization=None))
    return reply if isinstance(reply, Reply) else finish(reply)


def test_the_page_is_its_first_file(page: Caller) -> None:
    """mock-page"""
    assert ask(page, "/_mock/") == ask(page, "/_mock/page/index.html")
    assert ask(page, "/_mock/").body == b"<p>"


def test_a_browser_is_told_at_once_which_modules_the_page_leads_to() -> None:
    folder = Path(resources.__file__).parent / "page"
    found = re.findall(r'src="page/(\S+)"', (folder / "index.html").read_text())
    for name in found:
        text = (folder / name).read_text()
        found += [each for each in re.findall(r'from "./(\w+\.js)"', text) if each not in found]
    assert len(found) > 1
    told = ask(caller(), "/_mock/").headers["Link"].split(", ")
    assert sorted(told) == sorted(f"<page/{name}>; rel=modulepreload" for name in found)
    assert "Link" not in ask(caller(), "/_mock/page/app.js").headers


@pytest.mark.parametrize(
    ("name", "kind"),
    {
        "index.html": "text/html; charset=utf-8",
        "app.css": "text/css; charset=utf-8",
        "app.js": "text/javascript; charset=utf-8",
        "LICENSE": "text/plain; charset=utf-8",
    }.items(),
)
def test_a_file_is_answered_as_what_its_name_says(page: Caller, name: str, kind: str) -> None:
    """mock-page-file"""
    reply = ask(page, f"/_mock/page/{name}")
    assert (reply.status_code, reply.body) == (200, FILES[name])
    assert reply.headers["Content-Type"] == kind
    assert reply.headers.items() >= HEADERS.items()
    assert reply.headers.get("Content-Security-Policy") == (POLICY if kind[5] == "h" else None)


@pytest.mark.parametrize(
    "name", ["a.map", "app.ts", "nothing.css", "app.css%00", "APP.CSS", "html"]
)
def test_what_is_no_file_of_the_page_is_not_found(page: Caller, name: str) -> None:
    assert ask(page, f"/_mock/page/{name}").status_code == 404


@pytest.mark.parametrize(
    ("target", "location"),
    {
        "/_mock": "_mock/",
        "/_mock?tour": "_mock/?tour",
        "/_mock?": "_mock/?",
        "/_mock?a=1&b=%C3%A9+x?y": "_mock/?a=1&b=%C3%A9+x?y",
        "/_mock?a=<\x7f\x85\r\nX: 1": "_mock/?a=%3C%7F%C2%85%0D%0AX:%201",
    }.items(),
)
def test_without_the_last_slash_one_is_sent_to_the_page(
    page: Caller, target: str, location: str
) -> None:
    """mock-page-way"""
    call = page.call("GET", "/_mock", authorization=None)._replace(target=target)
    assert page.service.handle(call) == Reply(308, headers={"Location": location})


def test_the_page_takes_no_other_methods(page: Caller) -> None:
    for target in ("/_mock", "/_mock/", "/_mock/page/app.css"):
        refused = ask(page, target, "POST")
        assert (refused.status_code, refused.headers["Allow"]) == (405, "HEAD, OPTIONS, GET")
        assert ask(page, target, "HEAD") == ask(page, target)
        assert b"page" in ask(page, target, "OPTIONS").body


def test_what_needs_no_token_is_what_the_document_says(page: Caller) -> None:
    operations = page.service.documents.operations("control")
    assert {operation.path for operation in operations if not operation.security} == OPEN


def test_nothing_below_or_beside_the_page_is_open(page: Caller) -> None:
    for target in ("/_mock/page", "/_mock/page/", "/_mock/page/app.css/", "/_mock/page/a/app.css"):
        assert ask(page, target).status_code == 401


# What is in the package.


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package with a page, and files around it."""
    written = {
        "cli.py": "no",
        "page/index.html": "yes",
        "page/swagger-ui/swagger-ui.css": "yes",
        "page/deep/er/index.css": "no",
    }
    for name, text in written.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(resources, "PACKAGE", tmp_path)
    return tmp_path


@pytest.mark.usefixtures("package")
def test_a_file_is_reached_by_its_plain_name_alone() -> None:
    assert sorted(resources.page_files()) == ["index.html", "swagger-ui.css"]
    assert resources.page_file("swagger-ui.css") == b"yes"
    for name in (
        *("../cli.py", "cli.py", "./index.html", "swagger-ui", "swagger-ui/swagger-ui.css", ""),
        *(
            "deep",
            "deep/er/index.css",
            "index.css",
            "INDEX.HTML",
            "index.html\0",
            "..",
            "/index.html",
        ),
    ):
        assert resources.page_file(name) is None


def test_a_file_that_is_written_anew_is_read_anew(package: Path) -> None:
    assert resources.page_file("index.html") == b"yes"
    (package / "page" / "index.html").write_text("again")
    assert resources.page_file("index.html") == b"again"


def test_a_package_without_what_is_brought_in_has_the_rest(package: Path) -> None:
    (package / "page" / "swagger-ui" / "swagger-ui.css").unlink()
    (package / "page" / "swagger-ui").rmdir()
    assert list(resources.page_files()) == ["index.html"]


def test_each_file_of_the_package_has_a_name_of_its_own_and_is_served(mock: Caller) -> None:
    folders = [resources.PACKAGE / folder for folder in resources.PAGE]
    names = [file.name for folder in folders for file in folder.glob("*") if file.is_file()]
    assert len(set(names)) == len(names)
    for name in names:
        assert name.rpartition(".")[2] in TYPES
        assert ask(mock, f"/_mock/page/{name}").status_code == 200
