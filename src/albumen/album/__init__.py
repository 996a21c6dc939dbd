"""Layer 1: the album as values, and as a folder on disk.

`album.py` and `song.py` say what an album is, `brief.py` what is wanted, `plan.py` what is decided before any note,
`folder.py` how all of it lies in files.
"""
