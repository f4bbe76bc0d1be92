"""How fast the mock is, mostly as ratios to a bare aiohttp server measured at the same time.

Run by `make bench`; nothing here passes or fails, and pytest collects nothing here.
"""
