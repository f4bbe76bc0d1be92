"""Lets `python -m vss_mock` do what `vss-mock` does; nothing else may be here."""

import sys

from vss_mock.cli import main

if __name__ == "__main__":
    sys.exit(main())
