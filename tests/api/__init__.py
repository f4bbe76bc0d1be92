"""The API without a socket: calls in, replies out."""
