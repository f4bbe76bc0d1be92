"""The picture draws every way of the table, each where somebody can read it."""

import re
from xml.etree.ElementTree import Element, fromstring

import pytest

from tests.cli.test_lifecycle import WAYS
from vss_mock.cli import main
from vss_mock.lifecycle_diagram import STATUS_WORDS, TITLES
from vss_mock.lifecycle_picture import svg
from vss_mock.resources import PACKAGE
from vss_mock.simulator.lifecycle import TIMED, TRANSITIONS, WORK, Job

SPACE = "{http://www.w3.org/2000/svg}"
PICTURE = fromstring(svg())
WIDTH, HEIGHT = (float(PICTURE.attrib[name]) for name in ("width", "height"))


def texts(node: Element, name: str) -> list[str]:
    """Return the texts of all elements of a name."""
    return [each.text or "" for each in node.iter(f"{SPACE}{name}")]


def numbers(text: str) -> list[float]:
    return [float(number) for number in re.findall(r"-?[0-9.]+", text)]


def panel(job: Job) -> Element:
    """Return the part of the picture that a job is drawn in."""
    for part in [PICTURE, *PICTURE.iterfind(f"{SPACE}g[@transform]")]:
        titles = [text.text or "" for text in part.iterfind(f"{SPACE}text[@class='title']")]
        if any(TITLES[job] in title.lower() for title in titles):
            return part
    raise AssertionError(job)


def ways(part: Element) -> list[tuple[str, str, str, bool]]:
    """Return the ways that are drawn in a part: from, event, to, and whether it is dashed."""
    drawn = []
    for arrow in part.iterfind(f"{SPACE}g"):
        title, path = arrow.find(f"{SPACE}title"), arrow.find(f"{SPACE}path")
        if title is not None and path is not None:
            ((befores, events, after),) = re.findall("(.*): (.*) → (.*)", title.text or "")
            dashed = path.attrib["class"] == "way due"
            drawn += [
                (before, event, after, dashed)
                for before in befores.split(", ")
                for event in events.split(" / ")
            ]
    return drawn


@pytest.mark.parametrize("job", TRANSITIONS)
def test_every_way_of_a_job_is_drawn_once_and_none_besides(job: Job) -> None:
    work_of_others = {str(event) for other, event in WORK.items() if other is not job}
    drawn = [way for way in ways(panel(job)) if way[1] not in work_of_others]
    wanted = [
        (STATUS_WORDS[before], str(event), STATUS_WORDS[after], event in TIMED)
        for each, before, event, after in WAYS
        if each is job
    ]
    if job is Job.CREATE:  # a snapshot that was taken is deleted
        drawn = ways(panel(job))
    assert sorted(drawn) == sorted(wanted)


def test_every_job_has_its_title_and_every_state_its_box() -> None:
    written = texts(PICTURE, "text")
    titles = " ".join(written).lower()
    assert all(title in titles for title in TITLES.values())
    for states in TRANSITIONS.values():
        assert {STATUS_WORDS[state] for state in states} <= set(written)


def test_nothing_is_drawn_outside_of_it() -> None:
    for group in [PICTURE, *PICTURE.iter(f"{SPACE}g")]:
        left, top = numbers(group.attrib.get("transform", "0 0"))
        for node in group:
            if "d" in node.attrib:
                points = numbers(node.attrib["d"])
                assert all(0 <= left + x <= WIDTH for x in points[::2])
                assert all(0 <= top + y <= HEIGHT for y in points[1::2])
            elif node.tag == f"{SPACE}text":
                assert 0 < left + float(node.attrib["x"]) < WIDTH
                assert 0 < top + float(node.attrib["y"]) < HEIGHT


def test_it_says_what_it_is_to_who_cannot_see_it() -> None:
    assert PICTURE.attrib["role"] == "img"
    assert PICTURE.attrib["aria-labelledby"] == "title said"
    assert texts(PICTURE, "title")[0] == "The life of a request"
    assert "Dashed arrows are what time brings" in texts(PICTURE, "desc")[0]


def test_the_page_has_the_picture_that_the_table_gives() -> None:
    kept = (PACKAGE / "page" / "lifecycle.svg").read_text(encoding="utf-8")
    assert kept == svg() + "\n", "`make diagram` draws it anew"


def test_the_command_prints_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lifecycle", "--format", "svg"]) == 0
    assert capsys.readouterr().out == svg() + "\n"
