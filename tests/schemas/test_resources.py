"""The data files are found: the package's own first, then the checkout's, and else it is said."""

import json
from pathlib import Path

import pytest

from tests.schemas.published import DOCUMENTS, FILES, SCHEMAS
from vss_mock import resources
from vss_mock.resources import MissingResource


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder in which the package is said to be installed."""
    package = tmp_path / "site" / "vss_mock"
    package.mkdir(parents=True)
    monkeypatch.setattr(resources, "PACKAGE", package)
    return tmp_path / "site"


def put(folder: Path, text: str) -> None:
    folder.mkdir(parents=True)
    (folder / "a.json").write_text(text)


def test_a_checkout_finds_its_own_schemas() -> None:
    assert resources.find("schemas") == SCHEMAS
    assert resources.load_schemas() == FILES


def test_an_installed_package_finds_its_own_schemas_first(site: Path) -> None:
    put(site / "schemas", '"beside"')
    assert resources.load("schemas") == {"a.json": "beside"}
    put(site / "vss_mock" / "_data" / "schemas", '"inside"')
    assert resources.load("schemas") == {"a.json": "inside"}


def test_a_missing_folder_is_told_with_where_it_was_looked_for(site: Path) -> None:
    with pytest.raises(MissingResource, match="schemas is missing") as caught:
        resources.load_schemas()
    assert caught.value.name == "schemas"
    assert caught.value.places == (site / "vss_mock" / "_data" / "schemas", site / "schemas")
    assert str(site) in str(caught.value)


def test_the_schemas_of_a_dialect_are_its_folder_without_its_openapi_document() -> None:
    found = resources.schema_documents("2016")
    assert "2016/vm.json" in found
    assert "2016/openapi.json" not in found
    assert all(name.startswith("2016/") for name in found)


def test_an_unknown_dialect_is_missing() -> None:
    with pytest.raises(MissingResource, match=r"schemas/1999 is missing"):
        resources.schema_documents("1999")


def test_contracts_are_read_like_schemas(site: Path) -> None:
    put(site / "contracts", "{}")
    assert resources.load_contracts() == {"a.json": {}}


def test_the_demo_world_is_as_the_schema_of_worlds_says() -> None:
    world = resources.demo_world()
    assert DOCUMENTS.violations("common/world.json", world) == []
    assert json.loads((resources.PACKAGE / "demo_world.json").read_bytes()) == world
