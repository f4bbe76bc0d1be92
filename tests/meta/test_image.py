"""The image runs as nobody, writes nothing, and is published on loopback."""

import re

from tests.meta.checkout import files, text

DOCKERFILE = text("docker/Dockerfile")
COMPOSE = text("docker/compose.yaml")


def test_the_image_runs_as_a_user_with_a_number_and_no_rights() -> None:
    (user,) = re.findall(r"^USER (.*)$", DOCKERFILE, re.MULTILINE)
    assert re.fullmatch(r"[1-9][0-9]+:[1-9][0-9]+", user)


def test_the_image_pins_its_base_by_tag() -> None:
    assert re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE) == ["python:3.13-slim"] * 2


def test_the_image_tells_its_health_and_its_port() -> None:
    assert "/_mock/health" in DOCKERFILE
    assert "EXPOSE 8001\n" in DOCKERFILE


def test_the_image_writes_no_bytecode() -> None:
    assert "PYTHONDONTWRITEBYTECODE=1" in DOCKERFILE


def test_compose_takes_every_right_away() -> None:
    for line in ("read_only: true", "cap_drop:\n      - ALL", "no-new-privileges:true"):
        assert line in COMPOSE


def test_ports_are_published_on_loopback_only() -> None:
    papers = "\n".join(text(path) for path in files() if path.suffix in {".md", ".yaml"})
    published = re.findall(r"(?:-p|--publish) (\S*8001\S*)", papers)
    published += re.findall(r'^ +- "(\S*:8001)"$', COMPOSE, re.MULTILINE)
    assert len(published) > 1
    assert {address.rpartition(":8001:")[0] or address for address in published} <= {"127.0.0.1"}
