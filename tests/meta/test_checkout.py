"""The files of the checkout are found with and without git."""

import pytest

from tests.meta import checkout


def test_a_copy_without_git_misses_none_of_the_files(monkeypatch: pytest.MonkeyPatch) -> None:
    by_git = checkout.files()
    monkeypatch.setattr(checkout, "LIST", ["no-such-command"])
    checkout.files.cache_clear()
    by_looking = checkout.files()
    checkout.files.cache_clear()
    assert by_git
    assert set(by_looking) >= set(by_git)
