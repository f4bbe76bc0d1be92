"""Calls in, replies out: pure functions of a call and the worlds; no socket, no clock, no file."""
