"""Songs to learn from: read from anywhere, analysed, cleaned of duplicates, with a ledger of rights.

Read `build.py` first: it holds the three steps. `report.py` shows what came of it.
"""
