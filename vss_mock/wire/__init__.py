"""VSS's spelling: documents in, documents out. The only place that knows a key, a word or a zone.

Nothing here opens a file, a socket or a clock; nothing here changes a world.
"""
