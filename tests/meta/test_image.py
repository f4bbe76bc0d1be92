"""The image runs as nobody, writes nothing, and is published on loopback."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.meta.checkout import files, text
from tests.scale import proxy
from vss_mock.cli import main

DOCKERFILE = text("docker/Dockerfile")
COMPOSE = text("docker/compose.yaml")
SCALE: dict[str, Any] = yaml.safe_load(text("docker/compose.scale.yaml"))
NGINX = text("docker/nginx.conf")
MOCKS = ["mock-1", "mock-2", "mock-3"]


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
    published += [port for one in SCALE["services"].values() for port in one.get("ports", ())]
    assert len(published) > 2
    assert {address.rpartition(":8001:")[0] or address for address in published} <= {"127.0.0.1"}


# Several mocks: compose.scale.yaml and nginx.conf.


@pytest.mark.parametrize("name", [*MOCKS, "vss-mock"])
def test_every_service_of_several_mocks_has_every_right_taken_away_and_starts_again(
    name: str,
) -> None:
    service = SCALE["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["restart"] == "unless-stopped"


def test_the_services_are_the_mocks_and_nginx_which_alone_is_published() -> None:
    services = SCALE["services"]
    assert list(services) == [*MOCKS, "vss-mock"]
    assert [name for name, one in services.items() if "ports" in one] == ["vss-mock"]
    assert services["vss-mock"]["ports"] == ["127.0.0.1:8001:8001"]
    assert re.fullmatch(r"nginx:1\.[0-9]+-alpine", services["vss-mock"]["image"])
    assert re.fullmatch(r"[1-9][0-9]*:[1-9][0-9]*", services["vss-mock"]["user"])
    assert services["vss-mock"]["volumes"] == ["./nginx.conf:/etc/nginx/nginx.conf:ro"]


def test_each_mock_has_a_volume_and_an_address_of_its_own_that_nginx_knows() -> None:
    services = SCALE["services"]
    volumes = [volume for name in MOCKS for volume in services[name]["volumes"]]
    assert volumes == [f"{volume}:/state" for volume in SCALE["volumes"]]
    assert len(set(volumes)) == len(MOCKS)
    addresses = [services[name]["networks"]["worlds"]["ipv4_address"] for name in MOCKS]
    assert len(set(addresses)) == len(MOCKS)
    known = [f"{name}:{address}" for name, address in zip(MOCKS, addresses, strict=True)]
    assert services["vss-mock"]["extra_hosts"] == known
    (network,) = SCALE["networks"]["worlds"]["ipam"]["config"]
    assert {address.rpartition(".")[0] + ".0/24" for address in addresses} == {network["subnet"]}


def test_nginx_has_each_mock_in_both_of_its_lists_and_gives_no_call_to_another() -> None:
    assert re.findall(r"^ +server (\S+):8001 max_fails=0;$", NGINX, re.MULTILINE) == MOCKS
    assert re.findall(r"^ +server (\S+):8001 fail_timeout=2s;$", NGINX, re.MULTILINE) == MOCKS
    assert "    proxy_next_upstream off;" in NGINX
    assert "\n        hash $vss_key consistent;" in NGINX


def test_a_mock_of_several_is_started_by_options_that_there_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["serve", "--help"]) == 0
    told = capsys.readouterr().out
    for name in MOCKS:
        command, *options = SCALE["services"][name]["command"]
        assert command == "serve"
        assert {option for option in options if option.startswith("--")} <= set(
            re.findall(r"--[a-z-]+", told)
        )


def test_nginx_understands_its_configuration(tmp_path: Path) -> None:
    conf = tmp_path / "nginx.conf"
    conf.write_text(proxy.rendered([1, 2, 3], 8001, tmp_path))
    command: list[str | Path] = [proxy.found(), "-t", "-p", tmp_path, "-e", "stderr", "-c", conf]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert re.findall(r"\[(?:warn|error|emerg|alert)\].*", done.stderr) == []
