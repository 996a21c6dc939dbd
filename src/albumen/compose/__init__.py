"""Layer 3: composing. A Brief becomes a Plan, the plan a skeleton (chords, melody, bass), the skeleton an arrangement.

Read `song_plan.py` and `song.py` first, then `rules/writer.py`. The styles in `styles/*.toml` need no reading of code.
"""
