"""Layer 1: music as values. A Score holds parts of notes over one time map; edits change it; readers and writers move it.

Read `score.py` first, then `notes.py` and `time_map.py`.
"""
