"""The wheel holds the package and its data, nothing else, and works where it is unpacked."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from hatch_build import DIGESTS, FOLDER
from tests.meta.checkout import ROOT, files

DIST_INFO = "vss_mock-0.1.0.dist-info"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_the_package_and_its_data_and_nothing_else(wheel: Path) -> None:
    expected = {f"{DIST_INFO}/{name}" for name in ("METADATA", "RECORD", "WHEEL")}
    expected |= {f"{DIST_INFO}/entry_points.txt", f"{DIST_INFO}/licenses/LICENSE"}
    for path in files():
        if path.parts[0] == "vss_mock":
            expected.add(path.as_posix())
        elif path.parts[0] in {"schemas", "contracts"}:
            expected.add(f"vss_mock/_data/{path.as_posix()}")
    expected |= {f"{FOLDER}/{name}" for name in DIGESTS}
    with zipfile.ZipFile(wheel) as archive:
        assert set(archive.namelist()) == expected


def test_a_wheel_is_good_for_any_platform(wheel: Path) -> None:
    assert wheel.name == "vss_mock-0.1.0-py3-none-any.whl"


def test_the_unpacked_wheel_finds_its_data_far_from_the_checkout(
    wheel: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    shown = subprocess.run(
        [sys.executable, "-m", "vss_mock", "schema", "list"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path / "site")},
        check=True,
        capture_output=True,
        text=True,
    )
    assert "2016" in shown.stdout
    where = subprocess.run(
        [sys.executable, "-c", "import vss_mock; print(vss_mock.__file__)"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path / "site")},
        check=True,
        capture_output=True,
        text=True,
    )
    assert where.stdout.startswith(str(tmp_path))
