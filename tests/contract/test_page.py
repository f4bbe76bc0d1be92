"""The HTML page is valid, asks nobody for anything, and can be read by everybody."""

import base64
import hashlib
import re
from collections.abc import Callable, Iterator
from typing import Any

import html5lib
import pytest

from tests.contract import runs
from tests.contract.test_reports import RUNS
from vss_mock.contract.reports import html, style
from vss_mock.contract.reports.markup import element
from vss_mock.contract.run import Run
from vss_mock.contract.secrets import Secrets

each_run = pytest.mark.parametrize("made", RUNS.values(), ids=RUNS)
READ_ON = {
    "ink": ("page", "card", "code"),
    "quiet": ("page", "card"),
    "link": ("page", "card"),
    "kept": ("card", "kept-back"),
    "broken": ("card", "broken-back"),
    "unseen": ("card", "unseen-back"),
}


def render(run: Run) -> str:
    """Return the page of a run."""
    return html.render(run, Secrets()).decode()


def parse(text: str) -> Any:
    """Return a page as a tree. Raises ParseError for any slip that the standard names."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    return parser.parse(text)


def elements(run: Run) -> Iterator[Any]:
    """Give every element of a run's page."""
    return (node for node in parse(render(run)).iter() if isinstance(node.tag, str))


@each_run
def test_the_page_is_html(made: Callable[[], Run]) -> None:
    tree = parse(render(made()))
    assert tree.get("lang") == "en"
    assert tree.findtext("head/title")


@pytest.mark.parametrize(
    "slip", ["<p><div></div></p>", "</b>", "&nothing;", "<p a=1 a=2></p>", "<li", "\x00"]
)
def test_a_slip_in_the_page_is_found(slip: str) -> None:
    text = render(runs.good())
    with pytest.raises(html5lib.html5parser.ParseError):
        parse(text.replace("<main", f"{slip}<main", 1))


@each_run
def test_the_page_loads_nothing_and_runs_nothing(made: Callable[[], Run]) -> None:
    for node in elements(made()):
        tag = node.tag.rpartition("}")[2]
        assert tag not in {"script", "link", "img", "iframe", "object", "embed", "base", "form"}
        for name, value in node.attrib.items():
            assert not name.startswith("on")
            assert name not in {"src", "srcset", "style", "action", "data", "poster", "background"}
            assert name != "href" or value.startswith("#")
    assert not re.search(r"url\(|@import|expression", style.SHEET)


def test_what_a_server_says_never_becomes_markup() -> None:
    calm, hostile = (
        [(node.tag, *node.attrib) for node in elements(runs.hostile(text)) if node.tag != "wbr"]
        for text in ("x", runs.HOSTILE)
    )
    assert hostile == calm


def test_an_element_escapes_what_it_is_given() -> None:
    made = element("p", "<b>&", [element("wbr"), None], class_='"><i>', tabindex=0, id=None)
    assert made.text == '<p class="&quot;&gt;&lt;i&gt;" tabindex="0">&lt;b&gt;&amp;<wbr></p>'


def test_the_policy_allows_the_style_sheet_and_nothing_else() -> None:
    text = render(runs.hostile())
    (sheet,) = re.findall("<style>(.*?)</style>", text, re.DOTALL)
    hashed = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
    (policy,) = (
        node.get("content") for node in elements(runs.good()) if "http-equiv" in node.attrib
    )
    assert policy.split("; ")[:2] == ["default-src 'none'", f"style-src 'sha256-{hashed}'"]
    assert "unsafe" not in policy


@each_run
def test_the_page_can_be_read_aloud_and_by_keyboard(made: Callable[[], Run]) -> None:
    nodes = list(elements(made()))
    names = [node.get("id") for node in nodes if "id" in node.attrib]
    assert len(names) == len(set(names))
    level = 0
    for node in nodes:
        if re.fullmatch("h[1-6]", node.tag):
            assert int(node.tag[1]) <= level + 1
            level = int(node.tag[1])
        if node.tag == "th":
            assert node.get("scope") in {"row", "col"}
        if node.tag == "table":
            assert node.find("caption") is not None
        if node.get("role") == "region":
            assert node.get("tabindex") == "0"
            assert node.get("aria-label")
        if node.tag == "a":
            assert node.get("href").removeprefix("#") in names
        if "aria-labelledby" in node.attrib:
            assert node.get("aria-labelledby") in names


@pytest.mark.parametrize("palette", [style.LIGHT, style.DARK], ids=["light", "dark"])
def test_every_text_stands_out_from_its_ground(palette: dict[str, str]) -> None:
    for ink, grounds in READ_ON.items():
        for ground in grounds:
            assert contrast(palette[ink], palette[ground]) >= 4.5, (ink, ground)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2.1 counts it."""
    darker, lighter = sorted(map(luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_contrast_is_counted_as_the_guidelines_do() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (runs.good, "Kept: all "),
        (runs.mixed, "Broken: 2 rules of "),
        (lambda: runs.run([]), "Nothing was observed"),
    ],
)
def test_the_page_begins_with_the_verdict(made: Callable[[], Run], words: str) -> None:
    (verdict,) = (node for node in elements(made()) if node.get("class") == "verdict")
    assert verdict.text.startswith(words)


def test_a_broken_rule_is_shown_with_all_that_it_takes_to_see_it() -> None:
    text = " ".join(next(elements(runs.mixed())).itertext())
    for part in ("/data/status", '"Submitted"', '"Scheduled"', "curl -s", "with seed 7"):
        assert part in text
    assert text.count(runs.COMMAND) == 4


def test_the_matrix_says_in_words_what_was_missed_and_what_is_not_documented() -> None:
    cells = [
        (node.get("class"), " ".join("".join(node.itertext()).split()))
        for node in elements(runs.mixed())
        if node.tag == "td" and node.get("class") in {"hit", "miss", "odd"}
    ]
    assert ("miss", "0 missed") in cells
    assert ("odd", "1 not documented") in cells
    assert any(kind == "hit" and words.isdecimal() for kind, words in cells)
