"""Properties that hold for every sequence of calls, checked against an independent reference."""
