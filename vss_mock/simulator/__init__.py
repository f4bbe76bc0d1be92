"""The simulated private cloud: records, a virtual clock, and the rules by which requests live.

Standard library only, synchronous, UTC only. No HTTP word, no JSON, no wall clock, no randomness:
what happens here is a function of the calls made and of the instants the clock was moved to.
"""
