"""Working titles out of the words of a theme, which are those that the poems speak of.

Pairs that stand together in the theme come first; no two titles are alike, and none is a phrase that a thousand songs have had.
"""

from __future__ import annotations

import re

from albumen.work.seed import Seed

_SMALL = frozenset(
    """a an the and or but nor of in on at by for from to with against into onto over under between through about
    as is are was were be been it its this that these those his her their our my your made make makes
    who whom which what when where while than then so not no never always ever only just still very more most all some any
    has have had do does did can could will would shall should may might must""".split()
)
_LINKS = frozenset(("in", "of", "and", "by", "against", "under", "over", "through", "without"))
# Titles that name the dance or form, by style.
_FORMS = {
    "folk-jig": ("The {0} Jig", "{0} on the Shore"),
    "folk-reel": ("The {0} Reel", "{0} at the Crossroads"),
    "folk-air": ("Air for {0}", "The Lonely {0}"),
    "baroque": ("Sonata of the {0}", "{0} in Counterpoint"),
    "classical": ("Sonatina for {0}", "Rondo of the {0}"),
    "romantic": ("Nocturne for {0}", "Song Without {0}"),
    "ragtime": ("{0} Rag", "That {0} Rag"),
    "jazz-swing": ("{0} After Hours", "The {0} Room"),
    "blues": ("{0} Blues", "Long Gone {0}"),
    "march": ("March of the {0}", "The {0} Parade"),
    "chamber": ("Four Voices and One {0}", "{0} for Strings"),
    "waltz": ("{0} Waltz", "Waltz of the {0}"),
    "rock": ("Loud {0}", "{0} Road"),
    "pop": ("Every {0} I Know", "Call It {0}"),
    "electronic": ("{0} Signal", "{0} Running"),
    "ambient": ("Where the {0} Sleeps", "Slow {0}"),
    "tango": ("Tango for {0}", "The Last {0}"),
    "latin": ("{0} by the Sea", "Bossa for {0}"),
}
_FALLBACK = ("{0}", "After {0}", "{0} Again", "Before the {0}", "Letters to {0}", "Beyond {0}")
_PLAIN_WORDS = tuple(
    """lantern harbour winter river garden window mirror stranger morning copper orchard signal bridge paper thunder sparrow
    platform cellar compass feather ladder meadow needle station candle kettle ribbon shutter balcony anchor chimney lighthouse
    quarry willow hallway causeway attic ferry pepper marble saddle tunnel""".split()
)
# Titles that everybody has had.
_STOCK = frozenset(
    title.strip()
    for title in """broken dreams, golden hour, city lights, midnight rain, endless night, silver lining, empty street,
    last dance, falling stars, summer rain, first light, still waters, open road, long road, broken glass, blue moon, high tide,
    low tide,
    cold wind, winter wind, golden light, deep blue, old friends, loud heart, slow heart, the last love, broken heart, true love,
    heart on fire, dancing in the dark, neon lights, shattered dreams, lost in time, into the night, after the rain""".split(",")
)


def titles_for(theme: str, styles: tuple[str, ...], seed: Seed) -> tuple[str, ...]:
    """One title a song, on the words of the theme; about half name the form of their style."""
    rng = seed.rng()
    pairs, words = phrases_of(theme)
    pairs = [pairs[i] for i in rng.permutation(len(pairs))]
    words = [words[i] for i in rng.permutation(len(words))]
    words += [_PLAIN_WORDS[i].title() for i in rng.permutation(len(_PLAIN_WORDS))]
    titles: list[str] = []
    for index, style in enumerate(styles):
        shapes = _FORMS.get(style, _FALLBACK)
        options = [shape.format(word) for word in words for shape in shapes] + [
            shape.format(w) for w in words for shape in _FALLBACK
        ]
        if pairs and (index % 2 == 0 or not words):
            options = [*pairs, *options]
        title = next(option for option in options if not _is_heard(option, titles) and option.casefold() not in _STOCK)
        titles.append(title)
        pairs = [pair for pair in pairs if pair != title]
        used = {word.casefold() for word in title.split()}
        words = sorted(words, key=lambda word, used=used: word.casefold() in used)  # type: ignore[misc]
        words = [word for word in words if word.casefold() not in used] or words
    return tuple(titles)


def phrases_of(theme: str) -> tuple[list[str], list[str]]:
    """Pairs of telling words that stand together (`Blue Eyes`, `Hand in Hand`) and the single words that can stand alone.

    A word that leads on to another (`purple` in `purple lips`) describes it and is no title by itself.

    >>> phrases_of("blue eyes and purple lips; hand in hand")
    (['Blue Eyes', 'Purple Lips', 'Hand in Hand'], ['Eyes', 'Lips', 'Hand'])
    """
    pairs: list[str] = []
    singles: list[str] = []
    for clause in re.split(r"[.;:,!?()\n]+", theme):
        words = re.findall(r"[^\W\d_][\w'’-]*", clause)
        for i, word in enumerate(words):
            if word.casefold() in _SMALL or len(word) < 3:
                continue
            if _leads_on(words, i):
                # Of `sleek metallic woman` the last two words stand together.
                if not _leads_on(words, i + 1):
                    pairs.append(f"{word.title()} {words[i + 1].title()}")
                continue
            if word.title() not in singles:
                singles.append(word.title())
            linked = i + 2 < len(words) and words[i + 1].casefold() in _LINKS and words[i + 2].casefold() not in _SMALL
            if linked and not _leads_on(words, i + 2):
                pairs.append(f"{word.title()} {words[i + 1].casefold()} {words[i + 2].title()}")
    return list(dict.fromkeys(pairs)), singles


def _leads_on(words: list[str], place: int) -> bool:
    """Whether a word stands right before another telling one."""
    after = words[place + 1] if place + 1 < len(words) else ""
    return len(after) > 2 and after.casefold() not in _SMALL


def _is_heard(title: str, titles: list[str]) -> bool:
    def telling(text: str) -> set[str]:
        return {word.casefold() for word in re.findall(r"\w+", text)} - _SMALL

    mine = telling(title)
    return any(mine == telling(other) or len(mine & telling(other)) > 1 or mine <= telling(other) for other in titles)
