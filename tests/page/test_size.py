"""The page as files: small, whole, served as what they are, and nothing in them that makes HTML."""

import json
import re
from collections.abc import Iterator

import pytest
import requests

from tests.meta.checkout import ROOT
from vss_mock import Mock, resources
from vss_mock.api.control_page import HEADERS, POLICY, TYPES

PAGE = ROOT / "vss_mock" / "page"
OURS = {file.name: file.read_text(encoding="utf-8") for file in PAGE.iterdir() if file.is_file()}
CODE = {name: text for name, text in OURS.items() if name.endswith((".html", ".css", ".js"))}
MODULES = {name: text for name, text in OURS.items() if name.endswith(".js")}
FIRST = {"index.html", "api.html"}
"""The files that nothing has to lead to."""
MOST = 60_000
"""Bytes of HTML, CSS and JavaScript that the page has at most."""
FOREIGN = re.compile(r"\bhttps?:|\bwss?:|[\"'(=]//[a-z]")
"""What leads to another server."""
NAMESPACE = "http://www.w3.org/2000/svg"
MARKUP = re.compile(
    r"innerHTML|outerHTML|setHTML|insertAdjacentHTML|createContextualFragment|DOMParser|srcdoc"
    r"|document\.write|\beval\b|new Function|import\(|javascript:|\bstyle=|cssText|createPolicy"
    r"|localStorage|document\.cookie",
    re.IGNORECASE,
)
"""What makes markup or code of a text, is against the policy, or outlives a tab."""
IMPORT = re.compile(r'^import \{ (.+?) \} from "\./(.+?)";$', re.MULTILINE)
EXPORT = re.compile(r"^export (?:async )?(?:function|const|class) (\w+)", re.MULTILINE)


def imports() -> Iterator[tuple[str, str, set[str]]]:
    """Yield which module takes which names from which file."""
    for name, text in MODULES.items():
        for names, file in IMPORT.findall(text):
            yield name, file, set(names.split(", "))


def exported(name: str) -> set[str]:
    """Return the names that a module gives, also those that it has from elsewhere."""
    text = MODULES[name]
    again = re.findall(r"^export \{ default as (\w+) \}", text, re.MULTILINE)
    return {*EXPORT.findall(text), *again}


def test_the_page_is_small() -> None:
    assert sum(len(text.encode()) for text in CODE.values()) < MOST


@pytest.mark.parametrize("name", sorted(OURS))
def test_no_file_makes_markup_of_texts_or_leads_elsewhere(name: str) -> None:
    text = OURS[name].replace(f'xmlns="{NAMESPACE}"', "")
    assert MARKUP.findall(text) == []
    assert FOREIGN.findall(text) == []


@pytest.mark.parametrize("name", sorted(FIRST))
def test_a_document_holds_no_code_and_no_style(name: str) -> None:
    assert re.findall(r"<script(?![^>]* src=)|<style|\son\w+\s*=", OURS[name]) == []
    assert re.findall(r"<script[^>]*>[^<]", OURS[name]) == []


def test_modules_take_what_there_is_and_nothing_is_left_over() -> None:
    taken: dict[str, set[str]] = {name: set() for name in MODULES}
    for module, file, names in imports():
        assert names <= exported(file), (module, file)
        taken[file] |= names
        rest = re.sub(r"//.*", "", IMPORT.sub("", MODULES[module]))
        assert {each for each in names if not re.search(rf"\b{each}\b", rest)} == set(), module
    assert taken == {name: exported(name) for name in MODULES}


def test_every_file_is_led_to_and_what_documents_lead_to_is_there() -> None:
    said = "\n".join(CODE.values())
    for name in OURS.keys() - FIRST:
        assert re.search(rf'[/"]{re.escape(name)}"', said), name
    for name in FIRST:
        for address in re.findall(r'(?:src|href)="(?!data:)(?:page/)?([^"]+)"', OURS[name]):
            assert address in resources.page_files(), (name, address)


def test_every_class_of_the_style_sheet_is_one_of_the_page() -> None:
    """The states of requests are of the simulator; what Swagger UI has is its own."""
    sheet = re.sub(r"\{[^{}]*\}", "{}", re.sub(r"\.swagger-ui[^{]*", "", OURS["app.css"]))
    states = {"submitted", "scheduled", "processed", "failed", "retrying", "in-progress"}
    states |= {"cancelled", "missed", "documented", "assumed", "version"}
    said = "\n".join(text for name, text in OURS.items() if not name.endswith(".css"))
    classes = set(re.findall(r"\.([a-z][a-z-]+)", sheet)) - states
    unused = {each for each in classes if not re.search(rf"[.\"' `]{each}\b", said)}
    assert unused == set()
    assert len(classes) > 20


def test_every_file_is_served_as_what_it_is_and_under_the_policy() -> None:
    with Mock(control_token="secret") as vss:
        for name, text in OURS.items():
            answer = requests.get(f"{vss.url}/_mock/page/{name}", timeout=10)
            assert answer.status_code == 200, name
            assert answer.content == text.encode(), name
            assert answer.headers["Content-Type"] == TYPES[name.rpartition(".")[2]], name
            assert answer.headers["X-Content-Type-Options"] == "nosniff", name
            assert answer.headers.items() >= HEADERS.items(), name
            assert answer.headers.get("Content-Security-Policy") == (
                POLICY if name.endswith(".html") else None
            )


def test_data_is_data() -> None:
    for name, text in OURS.items():
        if name.endswith(".json"):
            assert isinstance(json.loads(text), dict), name
