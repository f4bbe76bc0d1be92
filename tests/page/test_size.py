"""What the page is made of, read as text: small, plain, and nothing in it that leads elsewhere."""

import re
from pathlib import Path

import pytest

from vss_mock.resources import page_files

MOST = 60_000
"""Bytes that all of our own code may have: what a browser reads, comments too."""
CODE = {
    name: file
    for name, file in page_files().items()
    if file.suffix in {".html", ".css", ".js"} and file.parent.name == "page"
}
FORBIDDEN = (
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment",
    r"\beval\b|new Function|javascript:",
    r"https?://",
    r"<[^>]*\s(style|on[a-z]+)=",
    r"<script(?![^>]*\ssrc=)",
    r"localStorage|document\.cookie",
)


def text(name: str) -> str:
    return CODE[name].read_text(encoding="utf-8")


def test_all_of_it_is_small() -> None:
    assert {Path(name).suffix for name in CODE} == {".html", ".css", ".js"}
    assert sum(file.stat().st_size for file in CODE.values()) < MOST


@pytest.mark.parametrize("pattern", FORBIDDEN)
def test_nothing_in_it_makes_markup_runs_text_or_leads_elsewhere(pattern: str) -> None:
    assert [name for name in CODE if re.search(pattern, text(name), re.IGNORECASE)] == []


def test_whatever_is_imported_is_there_and_whatever_is_exported_is_used() -> None:
    modules = {name for name in CODE if name.endswith(".js")}
    taken: dict[str, set[str]] = {}
    for name in modules:
        for names, source in re.findall(r'import ({[^}]*}|\w+) from "\./([\w.-]+)"', text(name)):
            assert source in page_files(), f"{name} imports {source}"
            taken.setdefault(source, set()).update(re.findall(r"\w+", names))
    for name in modules:
        given = re.findall(r"export (?:async )?(?:function|const|class) (\w+)", text(name))
        assert sorted(set(given) - taken.get(name, set())) == [], f"{name} exports in vain"


def test_whatever_a_page_names_is_served() -> None:
    for name in (each for each in CODE if each.endswith(".html")):
        for address in re.findall(r'(?:src|href)="([^"]+)"', text(name)):
            if not address.startswith("data:"):
                assert address.removeprefix("page/") in page_files(), f"{name} names {address}"
