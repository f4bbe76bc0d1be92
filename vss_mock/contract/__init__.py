"""Judges any server by HTTP, schemas and contracts; nothing of the mock may be imported here."""
