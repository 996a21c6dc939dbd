"""Tempo words: a number of quarter notes a minute where a score only says Andante."""

from __future__ import annotations

import re

# The middle of what metronomes print; longer words first, since `larghetto` is no `largo`.
_WORDS: tuple[tuple[str, int], ...] = (
    ("prestissimo", 200), ("vivacissimo", 180), ("allegrissimo", 172), ("presto", 180), ("vivace", 160), ("vif", 150),
    ("lebhaft", 144), ("schnell", 152), ("allegretto", 112), ("allegro", 132), ("animato", 132), ("moderato", 108),
    ("moderately", 108), ("mässig", 104), ("andantino", 84), ("andante", 76), ("larghetto", 63), ("adagietto", 70),
    ("adagio", 66), ("langsam", 60), ("lento", 54), ("lent", 56), ("largo", 50), ("grave", 42), ("slow", 66),
    ("fast", 144), ("waltz", 160), ("march", 116), ("marcia", 116), ("menuet", 116), ("polonaise", 96), ("mazur", 132),
)  # fmt: skip


def tempo_of_words(text: str) -> int | None:
    """Quarter notes a minute for an Italian, German, French or English tempo word; None where there is none.

    >>> tempo_of_words("Allegro ma non troppo"), tempo_of_words("dolce")
    (132, None)
    """
    lowered = text.lower()
    return next((pace for word, pace in _WORDS if re.search(rf"\b{word}", lowered)), None)
