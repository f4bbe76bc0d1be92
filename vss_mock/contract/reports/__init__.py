"""Reports of a run, for machines and for people: each is `render(run, secrets) -> bytes`.

Pure: a run in, a file's contents out. Nothing here calls a server, reads a clock or opens a file,
and every text loses its secrets before it is spelled.
"""
