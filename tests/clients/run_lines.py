"""Runs lines of Python that make calls with pyvss, inside the release's own environment.

It reads its task as JSON from standard input: `lines`, a list of programs, and `journal`, the URL
of a world's journal. For each it prints a line of JSON: the number of the journal's last entry
after it, and what it raised, if it did.
"""

import contextlib
import io
import json
import sys
import urllib.request


def main() -> None:
    task = json.load(sys.stdin)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for program in task["lines"]:
        raised = ""
        with contextlib.redirect_stdout(io.StringIO()):
            try:
                exec(compile(program, "lines", "exec"), {})
            except Exception as problem:  # noqa: BLE001  # a refusal is an answer too
                raised = f"{type(problem).__name__}: {problem}"
        with opener.open(task["journal"], timeout=30) as answer:
            print(json.dumps({"last": json.load(answer)["last"], "raised": raised}), flush=True)


if __name__ == "__main__":
    main()
