"""Layer 3: the picture studio, from a theme and the music to covers, promotional pictures, paintings and prints.

Read in this order: `facts.py` (what is known of an album), `palette.py` and `identity.py` (theme to colour, engine and
type, each choice with its reason), `engines/` (pictures drawn by the music), `painter.py` (brush strokes at print size),
`layout.py` (type on a picture), `cover.py` (candidates, the chosen one), `formats.py`, `lint.py`, `prints.py`.
"""
