"""The token language of the music model: bar-major, part-grouped, key-normalised, twelve steps a quarter note.

After the REMI-z family (bars, then parts, then notes), with sticky velocity and length. `vocabulary.py` lists the
words, `cell.py` writes the notes of one part in one bar, `piece.py` a whole song as columns, `stream.py` the sequences
that the net reads, `grammar.py` what may follow what.
"""
