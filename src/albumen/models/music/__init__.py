"""The music model: one decoder-only net and one grammar for planning, writing, infilling and varying songs.

Read `tokens/vocabulary.py`, then `tokens/stream.py`, then `writer.py`.
"""
