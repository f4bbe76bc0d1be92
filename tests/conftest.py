"""Settings every test runs under: repeatable property tests."""

from hypothesis import settings

# `make test` must give the same verdict twice: no database, no lots, no deadline on a busy machine.
settings.register_profile("ci", derandomize=True, database=None, print_blob=True, deadline=None)
settings.load_profile("ci")
