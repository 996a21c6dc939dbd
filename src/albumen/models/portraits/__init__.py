"""Paintings by a small generative net of our own: portraits, and grounds for covers.

Read in this order: `rights.py` (which pictures may teach), `pack.py` (pictures made ready for the trip to a GPU),
`condition.py` (what a picture can be asked for), `net_generator.py` and `train.py` (how the net learns), `run.py`
(how a trained model paints, without torch). Nothing here imports torch except the `net_*`, `train*` and `export*`
modules, and those are imported by nobody at run time.
"""
