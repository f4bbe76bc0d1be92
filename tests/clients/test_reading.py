"""What vss-cli prints is read as a person reads it, and a blank column is seen."""

import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients.drive_cli import Cli
from tests.clients.drive_pyvss import NotOffered, Unexpected, instant
from tests.clients.mock import World, home
from tests.clients.rows import Row

WORLD = World("http://127.0.0.1:1", "world-1", "2026", {}, [])


@pytest.fixture
def cli(tmp_path: Path) -> Iterator[Cli]:
    """A vss-cli that prints the file named by its first word; it exits with what the file says."""
    command = tmp_path / "bin" / "vss-cli"
    command.parent.mkdir()
    script = f"#!{sys.executable}\nimport sys\nexec(open(sys.argv[-1]).read())\n"
    command.write_text(script, encoding="utf-8")
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    with home() as (place, environment):
        row = Row("vss-cli", "0.9.0", "2026", "2020-10")
        yield Cli(row, tmp_path, WORLD, place, environment)


def prints(cli: Cli, text: str, error: str = "", code: int = 0) -> None:
    script = f"print({text!r}, end='')\nprint({error!r}, file=sys.stderr)\nsys.exit({code})\n"
    (cli.place / "ls").write_text(script, encoding="utf-8")


def test_a_card_has_a_value_for_each_name_however_long(cli: Cli) -> None:
    prints(
        cli,
        "Are you sure? [y/N]: ID                  : 7                   \n"
        "require_disk_consolidation: False               \n"
        "description         : before: the upgrade\n",
    )
    assert cli.card("ls") == {
        "id": "7",
        "require_disk_consolidation": "False",
        "description": "before: the upgrade",
    }


def test_a_table_is_read_by_the_places_of_its_columns(cli: Cli) -> None:
    prints(
        cli,
        "NAME      LAST IP\n--------  ---------\na b       192.0.2.1\n\x1b[1mc\x1b[0m         x\n",
    )
    assert cli.table("ls") == [
        {"name": "a b", "last_ip": "192.0.2.1"},
        {"name": "c", "last_ip": "x"},
    ]


def test_a_blank_column_is_no_success_unless_it_may_be_blank(cli: Cli) -> None:
    prints(cli, "  id  name\n----  ------\n   1\n")
    with pytest.raises(Unexpected, match="ls leaves blank: name"):
        cli.table("ls")
    assert cli.table("ls", blank=["name"]) == [{"id": "1", "name": ""}]


def test_a_command_that_the_release_lacks_is_not_offered(cli: Cli) -> None:
    prints(cli, "", 'Error: No such command "ls".\n', code=2)
    with pytest.raises(NotOffered, match="No such command"):
        cli.run("ls")


def test_a_command_that_ends_otherwise_tells_why(cli: Cli) -> None:
    prints(cli, "", "error: VssError: not found\nRun with -x to see more.\n", code=1)
    with pytest.raises(Unexpected, match="ls exits 1: error: VssError: not found"):
        cli.run("ls")
    assert "not found" in cli.heard("ls", code=1)


@pytest.mark.parametrize("text", ["2016-07-29 22:00:00 EDT", "2016-07-29 Fri 22:00:00 EDT"])
def test_dates_are_read_as_both_generations_spell_them(text: str) -> None:
    assert instant(text).isoformat() == "2016-07-29T22:00:00"


def test_another_spelling_of_a_date_is_unexpected() -> None:
    with pytest.raises(Unexpected, match="no date"):
        instant("2016-07-29T22:00:00Z")
