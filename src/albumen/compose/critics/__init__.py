"""Critics: each hears one thing in a take and gives a mark between 0 and 1; together they choose the best of N.

The human bands they compare with are numbers measured on the corpus (`bands.toml`, made by `bench/compose_bands.py`).
"""
