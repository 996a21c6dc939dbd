"""The poet: models, word table, associations and lexicon, loaded once and shared by all poems."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from albumen.models.verse.associations import Associations, load_associations
from albumen.models.verse.copies import CopySieve, load_sieve
from albumen.models.verse.evaluate import open_models
from albumen.verse.decoder import LineFinder
from albumen.verse.lexicon import Lexicon, load_lexicon
from albumen.verse.wordtable import WordTable
from albumen.work.errors import Missing


@dataclass(frozen=True, kw_only=True)
class Poet:
    """Everything that writing needs, loaded once."""

    finder: LineFinder
    table: WordTable
    associations: Associations
    lexicon: Lexicon


def weights_folder() -> Path:
    """The verse model that ships with Albumen."""
    return Path(str(resources.files("albumen").joinpath("weights/verse")))


@functools.lru_cache(maxsize=2)
def open_poet(folder: Path | None = None) -> Poet:
    """Load the models of a folder, or those that ship (a few seconds, then kept)."""
    folder = folder or weights_folder()
    generator, reranker = open_models(folder)
    memory = _memory_of(folder)
    table = WordTable(generator.vocabulary)
    sieve: CopySieve = load_sieve(memory / "copies.npy")
    return Poet(
        finder=LineFinder(generator, reranker, table, sieve),
        table=table,
        associations=load_associations(memory / "associations.npy"),
        lexicon=load_lexicon(),
    )


def _memory_of(folder: Path) -> Path:
    """Where a model's sieve and associations are: beside it, or, for a model of the same words, those that ship."""
    if (folder / "copies.npy").is_file() and (folder / "associations.npy").is_file():
        return folder
    shipped = weights_folder()
    if (folder / "words.tsv").read_bytes() != (shipped / "words.tsv").read_bytes():
        raise Missing(
            "this model came without its copy sieve and word associations",
            where=folder,
            next_step="export it again from a training that packed its own data",
        )
    return shipped
