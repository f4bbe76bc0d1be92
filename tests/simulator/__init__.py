"""The rules of the simulated private cloud, one claim a test."""
