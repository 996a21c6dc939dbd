"""Layer 0: seeds, stages, jobs, stores, records, errors and files. Knows no music.

Read `errors.py` and `seed.py` first: every other room uses them.
"""
