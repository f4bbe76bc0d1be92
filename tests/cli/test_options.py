"""Words that make no sense are answered with one line that helps, and exit status 2."""

import pytest

import vss_mock
from vss_mock.cli import main

COMMANDS = [
    ["serve"],
    ["demo"],
    ["clock"],
    *(["clock", move] for move in ("show", "advance", "to", "step", "work")),
    ["state"],
    ["reset"],
    ["fault"],
    *(["fault", action] for action in ("add", "ls", "rm")),
    ["hold"],
    *(["hold", action] for action in ("add", "ls", "release", "fail")),
    ["schema"],
    *(["schema", action] for action in ("list", "show", "validate")),
    ["lifecycle"],
]


def complaint(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Return the one line that the words are answered with."""
    assert main(words) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("vss-mock: ")
    assert printed.err.endswith("\n")
    assert printed.err.count("\n") == 1
    return printed.err.removeprefix("vss-mock: ").rstrip()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["serve", "--port", "65536"], "--port: a port is a whole number from 0 to 65535"),
        (["serve", "--port", "eighty"], "not 'eighty'"),
        (["serve", "--port", "８００１"], "a port is a whole number"),
        (["serve", "--port=-1"], "a port is a whole number"),
        (["serve", "--rate", "0"], "--rate: a rate is a number above 0"),
        (["serve", "--rate", "nan"], "a rate is a number above 0"),
        (["serve", "--rate", "1e400"], "a rate is a number above 0"),
        (["serve", "--seed", "x"], "--seed: a seed is a whole number"),
        (["serve", "--clock", "stopped"], "'stopped'"),
        (["serve", "--prot", "1"], "--prot"),
        (["serve", "--por", "1"], "--por"),
        (["serve", "extra"], "extra"),
        (["serve", "--start", "2016-03-13T02:30"], "--start: '2016-03-13T02:30' does not exist"),
        (["serve", "--dialect", "1999"], "--dialect: '1999' is none of '2016', '2019', '2026'"),
        (["clock"], "MOVE"),
        (["clock", "back"], "back"),
        (["clock", "advance"], "WHILE"),
        (["clock", "step", "0"], "a number of events is 1 or more"),
        (["fault"], "ACTION"),
        (["fault", "add"], "KIND"),
        (["fault", "rm"], "ID --all"),
        (["hold"], "ACTION"),
        (["hold", "fail"], "ID"),
        (["schema"], "ACTION"),
        (["schema", "validate", "x"], "FILE"),
        (["lifecycle", "--format", "png"], "svg"),
        (["frobnicate"], "frobnicate"),
        ([], "COMMAND"),
    ],
)
def test_a_mistake_is_named_in_one_line(
    capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
) -> None:
    assert sentence in complaint(capsys, *words)


def test_a_mistake_names_the_help_that_would_have_helped(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert "(see vss-mock serve --help)" in complaint(capsys, "serve", "--port", "x")


@pytest.mark.parametrize("word", ["a\nb", "a\x1b[31mb", "a\udcffb", "a\u2028b"])
def test_a_mistake_with_strange_characters_is_still_one_plain_line(
    capsys: pytest.CaptureFixture[str], word: str
) -> None:
    line = complaint(capsys, "serve", "--port", word)
    assert line.isprintable()


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_each_command_explains_itself(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    assert main([*words, "--help"]) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith(f"usage: vss-mock {' '.join(words)}")
    assert printed.err == ""


def test_the_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    for words in COMMANDS:
        assert words[0] in shown


def test_the_version_is_the_packages(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"vss-mock {vss_mock.__version__}\n"


@pytest.mark.parametrize("url", ["ftp://127.0.0.1", "127.0.0.1:8001", "http://", "http://h:x"])
def test_what_is_no_url_of_a_mock_is_refused(capsys: pytest.CaptureFixture[str], url: str) -> None:
    assert complaint(capsys, "clock", "show", "--url", url)


@pytest.mark.parametrize("name", ["../state", "Default", "a/b", "", "x" * 65, "a\n"])
def test_what_is_no_name_of_a_world_is_refused_before_any_call(
    capsys: pytest.CaptureFixture[str], name: str
) -> None:
    # Port 9 answers nothing here: a complaint about the name shows that nothing was asked.
    words = ["state", "--url", "http://127.0.0.1:9", "--world", name]
    assert "is no name of a world" in complaint(capsys, *words)


def test_a_mock_that_is_not_there_is_a_complaint_and_no_traceback(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert "http://127.0.0.1:9" in complaint(capsys, "state", "--url", "http://127.0.0.1:9")
