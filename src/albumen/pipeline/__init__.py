"""Layer 4: the whole album. Read `plan.py` first: from brief to release on one page."""
