"""How an unknown word is probably said: letters to sounds by the longest context seen in the dictionary.

First every dictionary word is aligned, each letter with none, one or two sounds (expectation maximisation over the alignments).
Then a tree of contexts is grown (IGTree; Daelemans and van den Bosch 1996): a letter is looked at with more and more of its
neighbours, and a wider context is kept only where it changes the answer. Titles and names that no dictionary lists still scan.
"""

from __future__ import annotations

import functools
import json
import lzma
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from pathlib import Path

from albumen.models.verse.dictionary import Dictionary, Sounds, stresses
from albumen.work.errors import Broken
from albumen.work.files import write_bytes

# In which order neighbours are taken into account: 0 is the letter itself.
LOOK = (0, 1, -1, 2, -2, 3, -3, 4, -4)
EDGE = "#"
HELD_OUT = 20

Pair = tuple[str, str]


class Speller:
    """Says words it has never seen; `tree` maps a context (letters in the order of `LOOK`) to sounds."""

    def __init__(self, tree: Mapping[str, str]) -> None:
        self.tree = tree

    def say(self, word: str) -> Sounds:
        """The likeliest sounds of a word of plain letters; empty where it has no letters."""
        letters = [letter for letter in word.lower() if letter.isascii() and letter.isalpha()]
        sounds: list[str] = []
        for place in range(len(letters)):
            answer = ""
            context = ""
            for step in LOOK:
                at = place + step
                context += letters[at] if 0 <= at < len(letters) else EDGE
                answer = self.tree.get(context, answer)
            sounds.extend(answer.split())
        return one_stress(sounds)

    def save(self, path: Path) -> None:
        """Write the tree as xz-packed JSON."""
        write_bytes(path, lzma.compress(json.dumps(dict(sorted(self.tree.items()))).encode(), preset=6))


def one_stress(sounds: Sequence[str]) -> Sounds:
    """The same sounds with exactly one primary stress: the first of several, or the first vowel where there is none."""
    result, found = [], False
    for sound in sounds:
        if sound.endswith("1"):
            result.append(sound if not found else sound[:-1] + "2")
            found = True
        else:
            result.append(sound)
    if not found:
        for place, sound in enumerate(result):
            if sound[-1].isdigit():
                result[place] = sound[:-1] + "1"
                break
    return tuple(result)


@functools.cache
def load_speller() -> Speller:
    """The speller that ships with Albumen."""
    file = resources.files("albumen").joinpath("weights/verse/spelling.json.xz")
    try:
        return Speller(json.loads(lzma.decompress(file.read_bytes())))
    except (OSError, ValueError, lzma.LZMAError) as error:
        raise Broken(
            f"the speller cannot be read ({error})", where=str(file), next_step="install Albumen again"
        ) from error


def learn_spelling(dictionary: Dictionary, *, rounds: int = 4) -> tuple[Speller, list[tuple[str, tuple[Sounds, ...]]]]:
    """Learn from the dictionary but every twentieth word; give back the speller and the words held out."""
    usable = [
        (word, ways) for word, ways in dictionary.headwords() if word.isascii() and word.isalpha() and len(word) > 1
    ]
    held = [entry for place, entry in enumerate(usable) if place % HELD_OUT == 0]
    seen = [(word, ways[0]) for place, (word, ways) in enumerate(usable) if place % HELD_OUT]
    costs: dict[Pair, float] = {}
    for _ in range(rounds):
        counts = Counter(pair for word, way in seen[::3] for pair in align(word, way, costs))
        costs = _costs(counts)
    return Speller(_grow(seen, costs)), held


def accuracy(speller: Speller, words: Iterable[tuple[str, tuple[Sounds, ...]]]) -> dict[str, float]:
    """Shares of words said right: all sounds, sounds but for stress, number of syllables, and pattern of stress."""
    words = list(words)
    right: Counter[str] = Counter()
    for word, ways in words:
        said = speller.say(word)
        right["sounds and stress"] += said in ways
        right["sounds"] += _plain(said) in {_plain(way) for way in ways}
        right["syllables"] += len(stresses(said)) in {len(stresses(way)) for way in ways}
        right["stress pattern"] += stresses(said).replace("2", "0") in {stresses(way).replace("2", "0") for way in ways}
    return {name: round(count / max(1, len(words)), 4) for name, count in right.items()} | {"words": len(words)}


def _plain(way: Sounds) -> tuple[str, ...]:
    return tuple(sound.rstrip("012") for sound in way)


def align(word: str, way: Sounds, costs: Mapping[Pair, float]) -> list[Pair]:
    """The cheapest way to give each letter none, one or two of the sounds, in order; empty where there is none."""
    letters, sounds = len(word), len(way)
    best: list[list[float]] = [[math.inf] * (sounds + 1) for _ in range(letters + 1)]
    took: list[list[int]] = [[0] * (sounds + 1) for _ in range(letters + 1)]
    best[0][0] = 0.0
    for at in range(letters):
        letter = word[at]
        for said in range(sounds + 1):
            so_far = best[at][said]
            if so_far == math.inf:
                continue
            for take in range(min(2, sounds - said) + 1):
                pair = (letter, " ".join(way[said : said + take]))
                cost = so_far + costs.get(pair, _first_guess(pair) if not costs else 9.0 + 2 * take)
                if cost < best[at + 1][said + take]:
                    best[at + 1][said + take] = cost
                    took[at + 1][said + take] = take
    if best[letters][sounds] == math.inf:
        return []
    pairs, said = [], sounds
    for at in range(letters, 0, -1):
        take = took[at][said]
        pairs.append((word[at - 1], " ".join(way[said - take : said])))
        said -= take
    return pairs[::-1]


def _first_guess(pair: Pair) -> float:
    """Before anything is learned: vowels of sound stand with vowels of spelling, and one letter has one sound."""
    letter, sounds = pair
    if not sounds:
        return 2.0
    same = sum((letter in "aeiouy") == sound[-1].isdigit() for sound in sounds.split())
    alike = 0.5 if letter.upper() in sounds[0] else 1.0
    return alike + 2.0 * (len(sounds.split()) - same) + 2.0 * sounds.count(" ")


def _costs(counts: Counter[Pair]) -> dict[Pair, float]:
    totals: Counter[str] = Counter()
    for (letter, _), count in counts.items():
        totals[letter] += count
    return {pair: -math.log(count / totals[pair[0]]) for pair, count in counts.items()}


def _grow(seen: Sequence[tuple[str, Sounds]], costs: Mapping[Pair, float]) -> dict[str, str]:
    """The tree, from the narrowest contexts to the widest; a context is kept where it changes its parent's answer."""
    counts: list[dict[str, Counter[str]]] = [defaultdict(Counter) for _ in LOOK]
    for word, way in seen:
        for place, (_, sounds) in enumerate(align(word, way, costs)):
            context = ""
            for depth, step in enumerate(LOOK):
                at = place + step
                context += word[at] if 0 <= at < len(word) else EDGE
                counts[depth][context][sounds] += 1
    tree: dict[str, str] = {}
    answers: dict[str, str] = {"": ""}
    for depth, table in enumerate(counts):
        deeper: dict[str, str] = {}
        for context, answer_counts in table.items():
            parent = answers[context[:depth]]
            best, count = max(answer_counts.items(), key=lambda item: (item[1], item[0] == parent, item[0]))
            changes = best != parent and count > answer_counts[parent]
            deeper[context] = best if changes else parent
            if changes:
                tree[context] = best
        answers = deeper
    return tree
