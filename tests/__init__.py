"""What holds vss-mock to its promises."""
