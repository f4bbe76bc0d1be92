"""Reads the fenced blocks of a paper: their language, their text, the commands they show."""

import re
from typing import NamedTuple

_FENCE = re.compile(r"^```([\w-]*)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PROMPT = "$ "


class Fence(NamedTuple):
    """A fenced block, with the number of its first line."""

    language: str
    text: str
    line: int

    @property
    def commands(self) -> list[str]:
        """The commands that a console shows after its prompts; a backslash carries one on."""
        commands = []
        lines = iter(self.text.splitlines() if self.language == "console" else ())
        for line in lines:
            if not line.startswith(PROMPT):
                continue
            command = line.removeprefix(PROMPT)
            while command.endswith("\\"):
                command = f"{command[:-1].rstrip()} {next(lines).removeprefix('>').strip()}"
            commands.append(command)
        return commands


def fences(paper: str) -> list[Fence]:
    """Return the fenced blocks of a paper in order."""
    return [
        Fence(found[1], found[2], paper.count("\n", 0, found.start()) + 2)
        for found in _FENCE.finditer(paper)
    ]
