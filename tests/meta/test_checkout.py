"""The files of the checkout are the same, by git or by looking."""

import pytest

from tests.meta import checkout


def test_a_copy_without_git_has_the_same_files(monkeypatch: pytest.MonkeyPatch) -> None:
    by_git = checkout.files()
    monkeypatch.setattr(checkout, "LIST", ["no-such-command"])
    checkout.files.cache_clear()
    by_looking = checkout.files()
    checkout.files.cache_clear()
    assert by_looking == by_git
    assert checkout.ROOT / "vss_mock" / "cli.py" in {checkout.ROOT / path for path in by_git}
