"""The documents of later dialects are what their differences make of the dialect before."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.schemas import building
from tests.schemas.published import DIALECTS, FILES, SCHEMAS

LATER = dict(building.later())
BUILT = building.built()
DOCUMENTS = {
    dialect: {
        name.partition("/")[2]: file
        for name, file in FILES.items()
        if name.startswith(f"{dialect}/")
    }
    for dialect in DIALECTS
}
PATCHES = [
    (dialect, name, patch) for dialect in LATER for name, patch in building.patches(dialect).items()
]


def test_each_dialect_comes_after_one_that_is_there() -> None:
    before = building.FIRST
    assert [before, *LATER] == DIALECTS
    for dialect, settings in LATER.items():
        assert settings["before"] == before
        before = dialect


@pytest.mark.parametrize("name", BUILT)
def test_a_later_document_is_what_its_differences_make_of_it(name: str) -> None:
    path = SCHEMAS / name
    same = path.exists() and path.read_text(encoding="utf-8") == building.spelled(BUILT[name])
    assert same, f"schemas/{name} is edited by schemas/differences/; then run: make schemas"


def test_no_later_document_stands_alone() -> None:
    later = {name for name in FILES if name.partition("/")[0] in LATER}
    assert later == set(BUILT)


@pytest.mark.parametrize(("dialect", "name", "patch"), PATCHES)
def test_a_difference_repeats_nothing(dialect: str, name: str, patch: Any) -> None:
    settings = LATER[dialect]
    before = DOCUMENTS[settings["before"]].get(name, {})
    assert list(repeated(building.reworded(before, settings.get("words", {})), patch, "")) == []
    assert not {"$id", "$schema"} & set(patch)


@pytest.mark.parametrize("dialect", LATER)
def test_every_word_is_another_one_and_is_used(dialect: str) -> None:
    settings = LATER[dialect]
    words = settings.get("words", {})
    used = set(texts(DOCUMENTS[settings["before"]]))
    assert set(words) <= used
    assert all(word != other for word, other in words.items())


def test_what_is_filled_in_is_what_the_first_document_says_in_full() -> None:
    files = DOCUMENTS[building.FIRST]
    openapi = files[building.OPENAPI]
    assert building.spelled(building.filled_in(openapi, files)) == building.spelled(openapi)


@pytest.mark.parametrize(
    ("target", "patch", "result"),
    [  # RFC 7396, Appendix A
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, "bar", "bar"),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_a_difference_is_merged_as_its_rfc_says(target: Any, patch: Any, result: Any) -> None:
    assert building.merged(target, patch) == result


def test_only_whole_texts_are_words() -> None:
    words = {"Done": "DONE"}
    before = {"Done": ["Done", "Done now", "Done"], "n": 1}
    assert building.reworded(before, words) == {"Done": ["DONE", "Done now", "DONE"], "n": 1}


def repeated(target: Any, patch: Any, place: str) -> Iterator[str]:
    """Give the places at which a patch says what is there already."""
    for key, value in patch.items():
        there = target.get(key)
        if isinstance(value, dict) and isinstance(there, dict):
            yield from repeated(there, value, f"{place}/{key}") if value else [f"{place}/{key}"]
        elif value is None and key not in target:
            yield f"{place}/{key} is not there"
        elif value is not None and value == there and type(value) is type(there):
            yield f"{place}/{key}"


def texts(node: Any) -> Iterator[str]:
    """Give every text of a document."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict | list):
        for value in node.values() if isinstance(node, dict) else node:
            yield from texts(value)
