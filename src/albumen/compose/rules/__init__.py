"""Composing by rule: the baseline, the fallback for styles where learned data is thin, and the backing of modern bands.

Read `writer.py` first; `line.py` finds melodies, `voicing.py` leads chords, `setting.py` tells where in the song a bar stands.
"""
