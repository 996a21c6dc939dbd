"""Rhyme between two ways of saying words: perfect, family or slant, and never a word with itself.

The levels follow Pattison: perfect rhymes share the stressed vowel and all after it, with another consonant before; family
rhymes share the vowel and have kindred consonants after it; slant rhymes share the last consonants alone, or an unstressed last
syllable from its vowel on.
"""

from __future__ import annotations

from dataclasses import dataclass

from albumen.models.verse.dictionary import Sounds

LEVELS = ("perfect", "family", "slant")

FAMILIES = (
    frozenset({"B", "D", "G"}),
    frozenset({"P", "T", "K"}),
    frozenset({"M", "N", "NG"}),
    frozenset({"V", "DH", "Z", "ZH", "JH"}),
    frozenset({"F", "TH", "S", "SH", "CH"}),
    frozenset({"L", "R"}),
)

# Clusters of consonants that an English syllable can begin with; of the consonants between two vowels the second syllable
# takes as many as make one of these (`sun-light`, `un-rest`, `de-light`).
ONSETS = frozenset(
    tuple(cluster.split("-"))
    for cluster in (
        "P-R P-L P-Y B-R B-L B-Y T-R T-W D-R D-W K-R K-L K-W K-Y G-R G-L G-W G-Y F-R F-L F-Y V-Y TH-R TH-W SH-R HH-Y M-Y "
        "S-P S-T S-K S-M S-N S-L S-W S-F S-P-R S-P-L S-T-R S-K-R S-K-W"
    ).split()
)
# An unstressed last syllable is heard as a slant rhyme by its vowel and two consonants (`orange`, `challenge`); with fewer,
# every word in -ing or -er would do.
_HEARD_RIME = 3
# A short vowel under the main stress keeps the consonant after it (`head-rest`, `bed-room`).
CHECKED = frozenset({"AE1", "EH1", "IH1", "AA1", "AH1", "UH1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What of a word takes part in rhyme: the consonants its last stressed syllable begins with, its vowel, and what follows.

    `tail` has no stress digits; `weak` counts the syllables after the stressed one (0 masculine, 1 feminine).
    """

    onset: tuple[str, ...]
    vowel: str
    tail: tuple[str, ...]
    weak: int

    @property
    def key(self) -> tuple[str, ...]:
        """Equal for words that chime: in perfect rhyme, or the same from the onset on."""
        return (self.vowel, *self.tail)


def ending_of(way: Sounds) -> Ending | None:
    """The ending of a way, from its last stressed vowel; nothing where it has no vowel at all.

    >>> ending_of(("HH", "AA1", "R", "B", "ER0")).key
    ('AA', 'R', 'B', 'ER')
    """
    vowels = [place for place, sound in enumerate(way) if sound[-1].isdigit()]
    if not vowels:
        return None
    stressed = [place for place in vowels if way[place][-1] in "12"] or vowels[-1:]
    start = stressed[-1]
    return Ending(
        onset=_onset(way, start),
        vowel=way[start].rstrip("012"),
        tail=tuple(sound.rstrip("012") for sound in way[start + 1 :]),
        weak=sum(place > start for place in vowels),
    )


def _onset(way: Sounds, vowel: int) -> tuple[str, ...]:
    """The consonants that a syllable begins with: all at the head of a word, the longest known cluster in its middle."""
    before = vowel
    while before > 0 and not way[before - 1][-1].isdigit():
        before -= 1
    if before == 0:
        return way[:vowel]
    if way[before - 1] in CHECKED and before < vowel:
        before = min(before + 1, vowel - 1)
    clusters = (way[begin:vowel] for begin in range(before, vowel - 1))
    return next((cluster for cluster in clusters if cluster in ONSETS), way[max(before, vowel - 1) : vowel])


def level_of(first: Ending, second: Ending) -> str | None:
    """How two endings rhyme, best level first; None where they do not, or where they sound the same from the onset on.

    >>> rest, unrest, nest = (ending_of(tuple(way.split())) for way in ("R EH1 S T", "AH0 N R EH1 S T", "N EH1 S T"))
    >>> level_of(rest, unrest), level_of(unrest, nest)
    (None, 'perfect')
    """
    if first.weak != second.weak:
        return None
    if first.key == second.key:
        return "perfect" if first.onset != second.onset else None
    if (
        first.vowel == second.vowel
        and len(first.tail) == len(second.tail)
        and all(map(_kindred, first.tail, second.tail))
    ):
        return "family"
    if first.tail and first.tail == second.tail and first.weak == 0:
        return "slant"
    rime = _last_rime(first.tail)
    if len(rime) >= _HEARD_RIME and rime == _last_rime(second.tail):
        return "slant"
    return None


def _last_rime(tail: tuple[str, ...]) -> tuple[str, ...]:
    """The last syllable of a tail from its vowel on; empty where the tail is consonants alone."""
    vowels = [place for place, sound in enumerate(tail) if sound[0] in "AEIOU"]
    return tail[vowels[-1] :] if vowels else ()


def blurred(first: Ending, second: Ending) -> bool:
    """True where a listener may take two rhyme sounds for one: the vowel is the same, and what follows it is the same, kindred,
    or a consonant more.

    >>> stand, stands, star, see, seed = (
    ...     ending_of(tuple(way.split())) for way in ("S T AE1 N D", "S T AE1 N D Z", "S T AA1 R", "S IY1", "S IY1 D")
    ... )
    >>> blurred(stand, stands), blurred(stand, star), blurred(see, seed)
    (True, False, False)
    """
    if first.vowel != second.vowel or first.weak != second.weak:
        return False
    shorter, longer = sorted((first.tail, second.tail), key=len)
    if len(shorter) == len(longer):
        return all(map(_kindred, shorter, longer))
    return bool(shorter) and longer[:-1] == shorter


def allowed(found: str | None, wanted: str) -> bool:
    """True where a rhyme is as close as wanted, or closer.

    >>> allowed("perfect", "family"), allowed("slant", "perfect"), allowed(None, "slant")
    (True, False, False)
    """
    return found is not None and LEVELS.index(found) <= LEVELS.index(wanted)


def _kindred(first: str, second: str) -> bool:
    return first == second or any(first in family and second in family for family in FAMILIES)
