"""Chord names as people write them (Cmaj9, Dm7/G, Bb6) as the nearest of the chords Albumen knows."""

from __future__ import annotations

import re

from albumen.score.chord import Chord

_WRITTEN = re.compile(r"^([A-Ga-g])([#b♯♭]?)\s*([^/]*)(?:/.*)?$")
_ACCIDENTALS = {"♯": "#", "♭": "b"}
# Tried in this order on the text after the root; the first that fits decides. Sixths and added notes keep their triad,
# ninths and more become sevenths, since a chord here has at most four notes.
_ENDINGS: tuple[tuple[str, str], ...] = (
    (r"^(maj|major|M|Maj|ma|Δ|\^)?$|^\(?(add|6|69|6/9|2)", ""),
    (r"^(maj|M|Maj|ma|j|Δ|\^)\d|^Δ", "maj7"),
    (r"^(m|min|mi|-)7?\(?[b♭-]5|^ø|^h", "m7b5"),
    (r"^(dim|o|°)7", "dim7"),
    (r"^(dim|o|°)", "dim"),
    (r"^(sus|4|7sus|9sus|11sus|13sus)", "sus4"),
    (r"^(aug|\+|\(?[#+]5)", "aug"),
    (r"^(m|min|minor|mi|-)\(?(maj|M|6|add|$)", "m"),
    (r"^(m|min|minor|mi|-)\(?(7|9|11|13)", "m7"),
    (r"^(7|9|11|13|dom)", "7"),
    (r"^5", "5"),
)
_PATTERNS = tuple((re.compile(pattern), quality) for pattern, quality in _ENDINGS)


def chord_named(text: str) -> Chord | None:
    """The chord that a written name means; its bass note after a slash is dropped. None where it is no chord name.

    >>> str(chord_named("Dm9/G"))
    'Dm7'
    """
    match = _WRITTEN.match(text.strip())
    if not match:
        return None
    quality = next((quality for pattern, quality in _PATTERNS if pattern.search(match[3].strip())), None)
    if quality is None:
        return None
    root = match[1].upper() + _ACCIDENTALS.get(match[2], match[2])
    return Chord(Chord.parse(root).root, quality)
