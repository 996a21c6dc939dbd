"""Originality: does a song repeat what the models learned from? Checked on the user's machine, without the training data.

`figures.py` turns tunes into transposition-free fingerprints, `index.py` keeps those of the training music in a few
megabytes, `report.py` says what a song shares with it, `gate.py` turns away takes that copy.
"""
