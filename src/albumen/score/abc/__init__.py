"""ABC notation: `tune.py` reads fields, `music.py` reads notes, `../abc_read.py` makes Scores of them."""
