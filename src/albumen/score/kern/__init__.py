"""Humdrum kern: `tokens.py` reads single notes, `spines.py` follows the columns; `../kern_read.py` makes Scores of them."""
