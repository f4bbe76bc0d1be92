"""Whether what many clients saw of one server fits one order of their calls that respects time."""
