"""No tracked file holds what only one machine, one registry or one unfinished day would need."""

import re

import pytest

from tests.meta.checkout import ROOT, files

# Each pattern is written so that it does not match itself.
FORBIDDEN = {
    "a folder of one machine": r"(?<![\w.])/(root|home|Users|tmp|work|opt/wheels|farm)/\w",
    "the host of a registry": r"pyp[i]\.org|python[h]osted|npm[j]s\.|index[-]url",
    "unfinished work": r"\b(TO[D]O|FIX[M]E|XX[X]|HAC[K])\b|raise NotImplement[e]dError$",
    "a test that does not run": r"mark\.(ski[p]|xfai[l])|pytest\.(ski[p]|xfai[l])",
    "a merge gone wrong": r"^(<{7}|>{7}) ",
}
EXCUSED = {
    ("a test that does not run", "vss_mock/contract/test_rules.py"): "a rule that was not observed",
    ("a test that does not run", "tests/scale/proxy.py"): "nginx comes with no package of ours",
    ("a test that does not run", "tests/page/browser.py"): "nor does Chromium",
}
TEXTS = [path for path in files() if path.suffix != ".png"]
SAMPLES = {
    "a folder of one machine": ("see /", "home/me/x"),
    "the host of a registry": ("https://py", "pi.org/simple"),
    "unfinished work": ("# TO", "DO: more"),
    "a test that does not run": ("@pytest.mark.", "skip"),
    "a merge gone wrong": ("<<<<", "<<< HEAD"),
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_holds(what: str) -> None:
    pattern = re.compile(FORBIDDEN[what], re.MULTILINE)
    found = [
        f"{path}:{contents.count(chr(10), 0, match.start()) + 1}: {match.group()}"
        for path in TEXTS
        if (what, str(path)) not in EXCUSED
        for contents in [(ROOT / path).read_text(encoding="utf-8")]
        for match in pattern.finditer(contents)
    ]
    assert found == []


@pytest.mark.parametrize("what", FORBIDDEN)
def test_the_pattern_finds_what_it_is_for(what: str) -> None:
    assert re.search(FORBIDDEN[what], "".join(SAMPLES[what]))


def test_every_text_file_ends_with_one_line_break() -> None:
    contents = {path: (ROOT / path).read_bytes() for path in TEXTS}
    untidy = [
        str(path)
        for path, text in contents.items()
        if text and (not text.endswith(b"\n") or text.endswith(b"\n\n") or b"\r" in text)
    ]
    assert untidy == []
