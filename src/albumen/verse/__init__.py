"""Poems for the liner notes: in true forms, exact in metre and rhyme, on the theme of each song.

A newcomer reads `forms.py` (what a form asks), `metre.py` and `rhyme.py` (how lines and sounds are measured), `decoder.py`
(how a line is found that a model likes and the form allows), `poem.py` (a whole poem from a brief), `desk.py` (the poet's
edits) and `checker.py`, which trusts none of them.
"""
