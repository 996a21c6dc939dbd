"""From a folder of poems to packed rows: what training needs, and nothing else.

A chunk is up to about 24 lines of one poem: `<poem> voice foot rhymed <theme> words <body>`, then each line behind a token
that says how many syllables it has, stanzas parted, `<end>` where the poem ends. Chunks are laid into rows of 256 tokens.
The folder written holds `words.tsv`, `train.npy.xz`, `valid.npy.xz` and `packed.json`; training reads it with numpy alone.
"""

from __future__ import annotations

import gzip
import io
import json
import lzma
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from albumen.models.verse.dictionary import Dictionary, Sounds, load_dictionary, stresses
from albumen.models.verse.fitness import UNFIT, may_be_learned, voice_of
from albumen.models.verse.text import is_mark, phrases_of, stanzas_of, tokens_of
from albumen.models.verse.vocabulary import FEET, Vocabulary, load_vocabulary, make_vocabulary
from albumen.work.errors import Broken, Wrong
from albumen.work.files import write_bytes, write_text
from albumen.work.seed import Seed

ROW = 256
LONGEST_CHUNK_LINES = 24
VOCABULARY_SIZE = 12_288
MOST_THEME_WORDS = 4

# Names that are no names: they keep their capital and may stay in the vocabulary.
CAPITAL_WORDS = frozenset(
    "i i'm i'll i've i'd i'd god lord sunday monday tuesday wednesday thursday friday saturday january february april june "
    "july august september october november december christmas easter english french spanish greek roman".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One poem or piece of prose as it will be learned: stanzas of lines of tokens, and its controls."""

    stanzas: list[list[list[str]]]
    born: int | None
    prose: bool
    foot: str
    rhymed: bool
    split: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """Rows ready for training: `train` and `valid` are uint16 `[rows, 256]`, lines in reading order."""

    vocabulary: Vocabulary
    train: np.ndarray
    valid: np.ndarray
    facts: dict[str, Any]


def read_poems(folder: Path) -> Iterator[dict[str, Any]]:
    """Every poem of `poems-*.jsonl.gz`, in file order. Raises `Wrong` where there are none or a line is damaged."""
    files = sorted(folder.glob("poems-*.jsonl.gz"))
    if not files:
        raise Wrong(
            "no poems-*.jsonl.gz in this folder", where=folder, next_step="name the folder that holds the poems"
        )
    for file in files:
        yield from _read_jsonl(file)


def _read_jsonl(file: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for place, line in enumerate(lines, start=1):
            try:
                yield json.loads(line)
            except json.JSONDecodeError as error:
                raise Wrong(
                    f"line {place} is not JSON ({error.msg})", where=file, next_step="fetch the file again"
                ) from error


def read_texts(folder: Path) -> Iterator[Text]:
    """The poems that may be learned from, then the prose, tokenised."""
    for poem in read_poems(folder):
        stanzas = [[_interned(tokens_of(line)) for line in stanza] for stanza in stanzas_of(poem["text"])]
        words = {token.lower() for stanza in stanzas for line in stanza for token in line}
        if not may_be_learned(poem, words) or _is_prose_like(stanzas):
            continue
        yield Text(
            stanzas=stanzas,
            born=poem.get("born"),
            prose=False,
            foot=foot_of(poem.get("meter_auto")),
            rhymed=float(poem.get("rhyme") or 0.0) >= 0.5,
            split=poem["split"],
        )
    prose = folder / "prose.jsonl.gz"
    for number, piece in enumerate(_read_jsonl(prose) if prose.is_file() else ()):
        phrases = [_interned(phrase) for phrase in phrases_of(piece["text"])]
        if not {token.lower() for phrase in phrases for token in phrase} & UNFIT:
            split = "valid" if number % 25 == 0 else "train"
            yield Text(stanzas=[phrases], born=None, prose=True, foot="free", rhymed=False, split=split)


def _interned(tokens: Iterable[str]) -> list[str]:
    return [sys.intern(token) for token in tokens]


def _is_prose_like(stanzas: Sequence[Sequence[Sequence[str]]]) -> bool:
    lengths = [len(line) for stanza in stanzas for line in stanza]
    return not lengths or sum(lengths) / len(lengths) > 20


def foot_of(meter: str | None) -> str:
    """The foot named at the head of a metre label such as `iambic tetrameter/trimeter`; `free` where there is none."""
    first = (meter or "").split(" ")[0]
    return first if first in FEET else "free"


def choose_vocabulary(texts: Iterable[Text], dictionary: Dictionary, size: int) -> Vocabulary:
    """The commonest words that can be said, are no names and are fit to print, up to `size` tokens in all."""
    counts: Counter[str] = Counter()
    capitals: Counter[str] = Counter()
    inner: Counter[str] = Counter()
    for text in texts:
        if text.split != "train":
            continue
        for line in (line for stanza in text.stanzas for line in stanza):
            counts.update(token.lower() for token in line)
            # The first word of a line, and of a sentence, says nothing about its capital.
            for before, token in zip(line, line[1:], strict=False):
                if before not in (".", "!", "?", ":") and not is_mark(token):
                    inner[token.lower()] += 1
                    capitals[token.lower()] += token[0].isupper()
    empty_vocabulary = make_vocabulary([])
    rows: list[tuple[str, int, str, tuple[Sounds, ...]]] = []
    for word, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        if len(rows) + len(empty_vocabulary) >= size or count < 3:
            break
        is_name = inner[word] < 1 or capitals[word] > 0.6 * inner[word]
        if is_mark(word) or word in UNFIT or (is_name and word not in CAPITAL_WORDS) or _is_fragment(word):
            continue
        ways = dictionary.ways(word)
        if ways and all(stresses(way) for way in ways):
            shown = word.capitalize() if word in CAPITAL_WORDS else word
            rows.append((word, count, shown, ways))
    return make_vocabulary(rows)


def _is_fragment(word: str) -> bool:
    return len(word) == 1 and word not in ("a", "i", "o")


def pack(
    texts: Iterable[Text], vocabulary: Vocabulary, dictionary: Dictionary, seed: Seed
) -> tuple[np.ndarray, np.ndarray, dict[str, int]]:
    """All chunks as rows, training and validation apart, and counts of what went in."""
    texts = list(texts)
    weights = _word_weights(texts, vocabulary)
    rng = seed.child("theme-words").rng()
    syllables = {word: count for word, count in ((w, _syllables(dictionary, w)) for w in _all_words(texts)) if count}
    chunks: dict[str, list[list[int]]] = {"train": [], "valid": []}
    facts = Counter(texts=len(texts))
    for text in texts:
        for chunk in _chunks_of(text, vocabulary, syllables, weights, rng):
            chunks[text.split].append(chunk)
            facts[f"{text.split} tokens"] += len(chunk)
            facts[f"{text.split} chunks of voice {vocabulary.tokens[chunk[1]].strip('<>')}"] += 1
    return lay_rows(chunks["train"]), lay_rows(chunks["valid"]), dict(facts)


def _all_words(texts: Iterable[Text]) -> set[str]:
    return {
        token.lower()
        for text in texts
        for stanza in text.stanzas
        for line in stanza
        for token in line
        if not is_mark(token)
    }


def _syllables(dictionary: Dictionary, word: str) -> int:
    ways = dictionary.ways(word)
    return len(stresses(ways[0])) if ways else 0


def _word_weights(texts: Iterable[Text], vocabulary: Vocabulary) -> np.ndarray:
    """How much a word says about a text: inverse document frequency, 0 for the 150 commonest words and what is no word."""
    seen = np.zeros(len(vocabulary))
    total = 0
    for text in texts:
        for stanza in text.stanzas:
            numbers = {number for line in stanza for number in vocabulary.encode(line)}
            seen[list(numbers)] += 1
            total += 1
    weights = np.log((1 + total) / (1 + seen))
    weights[: vocabulary.first_word + 150] = 0
    return weights


def _chunks_of(
    text: Text, vocabulary: Vocabulary, syllables: dict[str, int], weights: np.ndarray, rng: np.random.Generator
) -> Iterator[list[int]]:
    lines: list[list[int]] = []
    for stanza in text.stanzas:
        lines.extend(_encode_line(line, vocabulary, syllables) for line in stanza)
        lines[-1] = [*lines[-1], vocabulary.number("<stanza>")]
    start = 0
    while start < len(lines):
        stop, size = start, 0
        while stop < len(lines) and stop - start < LONGEST_CHUNK_LINES and size + len(lines[stop]) < ROW - 14:
            size += len(lines[stop])
            stop += 1
        stop = max(stop, start + 1)
        body = [number for line in lines[start:stop] for number in line]
        unknown = body.count(vocabulary.unknown)
        if len(body) < ROW - 14 and unknown <= 0.12 * len(body):
            yield [
                *_head(text, body, vocabulary, weights, rng),
                *body,
                *([vocabulary.number("<end>")] if stop == len(lines) else []),
            ]
        start = stop


def _encode_line(line: Sequence[str], vocabulary: Vocabulary, syllables: dict[str, int]) -> list[int]:
    counts = [syllables.get(token.lower()) for token in line if not is_mark(token)]
    known = [count for count in counts if count is not None]
    total = sum(known) if len(known) == len(counts) else None
    return [vocabulary.syllables_tag(total), *vocabulary.encode(line)]


def _head(
    text: Text, body: Sequence[int], vocabulary: Vocabulary, weights: np.ndarray, rng: np.random.Generator
) -> list[int]:
    """Controls of a chunk; between none and four of its telling words, so that a poem may be asked for with as many."""
    counts = Counter(number for number in body if weights[number] > 0)
    # The voice is judged chunk by chunk: a long poem with one `thee` in it teaches plain diction in all its other parts.
    voice = "prose" if text.prose else voice_of(text.born, {vocabulary.tokens[number] for number in body})
    telling = sorted(counts, key=lambda number: (-counts[number] * weights[number], number))[: 2 * MOST_THEME_WORDS]
    chosen = rng.permutation(len(telling))[: int(rng.integers(0, MOST_THEME_WORDS + 1))]
    rhymed = "<rhymed>" if text.rhymed else "<unrhymed>"
    controls = [vocabulary.number(name) for name in ("<poem>", f"<{voice}>", f"<{text.foot}>", rhymed, "<theme>")]
    return [*controls, *(telling[place] for place in chosen), vocabulary.number("<body>")]


def lay_rows(chunks: Sequence[Sequence[int]], open_rows: int = 48) -> np.ndarray:
    """Chunks laid side by side into rows of 256 without cutting any: the fullest open row that has room takes the next."""
    rows: list[list[int]] = []
    open_now: list[list[int]] = []
    for chunk in chunks:
        fitting = [row for row in open_now if len(row) + len(chunk) <= ROW]
        if fitting:
            max(fitting, key=len).extend(chunk)
        else:
            open_now.append(list(chunk))
        if len(open_now) > open_rows:
            fullest = max(open_now, key=len)
            open_now.remove(fullest)
            rows.append(fullest)
    rows.extend(open_now)
    table = np.zeros((len(rows), ROW), dtype=np.uint16)
    for place, row in enumerate(rows):
        table[place, : len(row)] = row
    return table


def prepare(
    source: Path,
    out: Path,
    *,
    size: int = VOCABULARY_SIZE,
    seed: Seed,
    report: Callable[[str], None] = lambda line: None,
) -> Packed:
    """Read the poems in `source`, write the packed folder `out`, and give it back.

    Raises `Wrong` where `source` holds no poems.
    """
    dictionary = load_dictionary()
    texts = list(read_texts(source))
    report(f"read {len(texts)} texts that may be learned from")
    vocabulary = choose_vocabulary(texts, dictionary, size)
    report(f"chose {len(vocabulary)} tokens")
    train, valid, facts = pack(texts, vocabulary, dictionary, seed)
    if not len(train) or not len(valid):
        raise Wrong(
            "no rows for training or for validation came of these poems",
            where=source,
            next_step="add poems of both splits",
        )
    out.mkdir(parents=True, exist_ok=True)
    vocabulary.save(out / "words.tsv")
    for name, rows in (("train", train), ("valid", valid)):
        write_bytes(out / f"{name}.npy.xz", squeeze(rows))
        report(f"{name}: {len(rows)} rows of {ROW}")
    write_text(out / "packed.json", json.dumps({"format": 1, **facts}, indent=1, sort_keys=True) + "\n")
    return Packed(vocabulary=vocabulary, train=train, valid=valid, facts=facts)


def squeeze(rows: np.ndarray) -> bytes:
    """A table as the bytes of an xz-packed .npy file."""
    plain = io.BytesIO()
    np.save(plain, rows)
    return lzma.compress(plain.getvalue(), preset=6)


def load_packed(folder: Path) -> Packed:
    """Read what `prepare` wrote. Raises `Wrong` where the folder is not a packed one, `Broken` where it is damaged."""
    if not (folder / "packed.json").is_file():
        raise Wrong(
            "this folder holds no packed verse", where=folder, next_step="prepare it first from a folder of poems"
        )
    facts = json.loads((folder / "packed.json").read_text(encoding="utf-8"))
    vocabulary = load_vocabulary(folder / "words.tsv")
    tables = []
    for name in ("train", "valid"):
        file = folder / f"{name}.npy.xz"
        try:
            table = np.load(io.BytesIO(lzma.decompress(file.read_bytes())), allow_pickle=False)
        except (OSError, ValueError, lzma.LZMAError) as error:
            raise Broken(f"cannot be read ({error})", where=file, next_step="prepare the data again") from error
        if table.ndim != 2 or table.shape[1] != ROW or (table.size and int(table.max()) >= len(vocabulary)):
            raise Broken("the rows do not fit the vocabulary", where=file, next_step="prepare the data again")
        tables.append(table)
    return Packed(vocabulary=vocabulary, train=tables[0], valid=tables[1], facts=facts)
