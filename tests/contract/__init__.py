"""The contract: its scenarios against the mock, and lies that have to be found."""
