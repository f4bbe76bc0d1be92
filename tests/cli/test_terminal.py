"""Tables line up, lines stay lines, and colours are only for terminals."""

import io

import pytest

from vss_mock.terminal import Ink, one_line, table


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_table_lines_its_columns_up() -> None:
    rows = [("web", 2, None), ("database", 10, "x")]
    assert table(("NAME", "CPUS", "NOTE"), rows).splitlines() == [
        "NAME      CPUS  NOTE",
        "web          2  -",
        "database    10  x",
    ]


def test_a_table_without_rows_is_its_headings() -> None:
    assert table(("A", "B"), []) == "A  B"


def test_a_cell_cannot_break_its_line_or_colour_the_terminal() -> None:
    assert table(("A",), [("x\ny\x1b[2J",)]) == "A\nx y\\x1b[2J"


def test_a_line_is_one_line() -> None:
    assert one_line("a\n  b\r\nc\td") == "a b c d"
    assert one_line("a\x00\x7f\ud800b") == "a\\x00\\x7f\\ud800b"
    assert one_line("é\u202e") == "é\\u202e"


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")


def test_a_terminal_gets_colours() -> None:
    assert Ink(Terminal()).bold("x") == "\x1b[1mx\x1b[0m"


def test_what_is_no_terminal_gets_none() -> None:
    ink = Ink(io.StringIO())
    colours = (ink.bold, ink.dim, ink.green, ink.yellow, ink.cyan)
    assert [colour("x") for colour in colours] == ["x"] * len(colours)


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_a_terminal_whose_user_wants_none_gets_none(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    assert Ink(Terminal()).green("x") == "x"
