"""What holds of the command line, as a person and as a program sees it."""
