"""Which General MIDI program a part's name means, where a score states no program."""

from __future__ import annotations

import re

from albumen.score.instrument import PROGRAM_NAMES

# Patterns on lower-case names, in English, Italian, German, French; the first that fits decides.
_PATTERNS: tuple[tuple[str, int], ...] = (
    (r"drum|schlagzeug|percussion|batterie|batteria", -1), (r"glocken", 9), (r"vibra", 11), (r"marimba", 12),
    (r"xylo", 13), (r"tubular|chimes|campan", 14), (r"celesta", 8), (r"timpan|pauken|timbales", 47),
    (r"harpsi|cembalo|clavecin|clavier", 6), (r"clavinet", 7), (r"e\.? ?piano|electric piano|rhodes", 4),
    (r"accord", 21), (r"harmonica|mundharm", 22), (r"organ|orgel|orgue", 19), (r"piano|klavier|pianoforte|^pf|^pno", 0),
    (r"harfe|\bharpe?\b|arpa", 46), (r"banjo", 105), (r"mandolin|ukulele|lute|laute|liuto", 24), (r"sitar", 104),
    (r"dist.*guitar", 30), (r"(overdr|lead).*guitar", 29), (r"elec.*guitar|e-guitar", 27), (r"guitar|gitarre|chitarra", 24),
    (r"(electric|finger|e-?) ?bass\b|bass guitar", 33), (r"synth.*bass", 38), (r"tuba|sousaphone", 58),
    (r"trombon|posaun|bass ?bone", 57), (r"trumpet|tromba|trompet|cornet|clarino|flugel", 56),
    (r"english horn|cor anglais|corno inglese|englisch", 69), (r"\bhorn|\bcorn[oi]|\bcor\b|waldhorn", 60), (r"brass", 61),
    (r"sopr.*sax", 64), (r"tenor.*sax", 66), (r"bari.*sax", 67), (r"sax", 65), (r"piccolo|ottavino", 72),
    (r"recorder|blockfl", 74), (r"fl[uöo]te|flauto|flöte|flauti", 73), (r"oboe|hautbois|hoboe", 68),
    (r"fagott|bassoon|basson", 70), (r"clarin|klarin", 71), (r"viol[ai]n?o?n?c|cello", 42),
    (r"contrab|double ?bass|kontrab|violone|upright|string bass|c\.?b\.", 43), (r"viola\b|violas|bratsche|^alto$|\bvla", 41),
    (r"viol[io]n|violon|geige|fiddle|\bvln|^vl\b", 40), (r"strings|streicher|archi", 48),
    (r"sopran|\balto?\b|tenor|bariton|mezzo|choir|chor\b|voice|vocal|voix|stimme|canto|gesang|cantus|singst", 52),
    (r"\bbass[oe]?\b|continuo", 42), (r"pad", 89), (r"lead|synth", 81),
)  # fmt: skip
_COMPILED = tuple((re.compile(pattern), program) for pattern, program in _PATTERNS)
_EXACT = {name.lower(): program for program, name in enumerate(PROGRAM_NAMES)}


def instrument_of_name(name: str) -> tuple[int, bool]:
    """Program (0..127) and whether it is a drum part. A piano where the name says nothing.

    >>> instrument_of_name("Violoncello 1"), instrument_of_name("Kit drums")
    ((42, False), (0, True))
    """
    lowered = name.strip().lower()
    if lowered in _EXACT:
        return _EXACT[lowered], False
    for pattern, program in _COMPILED:
        if pattern.search(lowered):
            return max(0, program), program < 0
    return 0, False
