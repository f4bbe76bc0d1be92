"""Real releases of pyvss and vss-cli, unmodified, driven against the mock: `make clients`."""
