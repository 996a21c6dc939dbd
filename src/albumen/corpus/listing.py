"""What is known about songs before they are read: the rows of a `manifest.csv`, or what the user states for all of them."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from albumen.corpus.key_finding import Trust
from albumen.corpus.sources import Place
from albumen.score.key import Key
from albumen.work.errors import Wrong

_NEEDED = ("corpus", "path_in_zip")
# Licences that say nothing: the user must state a right before such songs are taken.
_NO_LICENCE = ("", "none", "unknown", "unstated", "none stated", "no licence", "not stated", "?")
MACHINE_MADE = "-band"  # ending of collections whose accompaniment a program wrote


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a listing says about one song; empty fields are unknown."""

    title: str = ""
    composer: str = ""
    genre: str = ""
    licence: str = ""
    source: str = ""
    split: str = ""
    key: Key | None = None
    key_trust: Trust = Trust.NONE
    arranged: bool = False


class Listing:
    """Facts about songs by collection and path. `stated` rights and genre fill what the rows leave open."""

    def __init__(self, rows: Mapping[tuple[str, str], Known], genre: str = "", rights: str = "") -> None:
        self._rows = rows
        self._genre = genre
        self._rights = rights

    def known(self, place: Place) -> Known:
        """What is known about the song at `place`."""
        return self._rows.get((place.corpus, place.path), Known(genre=self._genre))

    def licence(self, known: Known) -> str:
        """The licence under which a song is used: its own, else the right the user states, else empty (refuse it)."""
        return known.licence if has_licence(known.licence) else self._rights

    def __len__(self) -> int:
        return len(self._rows)


def has_licence(text: str) -> bool:
    """Whether a licence column states a licence at all ("unstated (old book)" does not)."""
    plain = text.strip().lower()
    return plain not in _NO_LICENCE and not plain.startswith(("unstated", "none stated", "unknown"))


def listing_of(sources: list[Path], genre: str | None, rights: str | None) -> Listing:
    """The rows of every `manifest.csv` that lies in a source folder or beside a source zip."""
    rows: dict[tuple[str, str], Known] = {}
    seen: set[Path] = set()
    for source in sources:
        folder = Path(source) if Path(source).is_dir() else Path(source).parent
        path = folder / "manifest.csv"
        if path.exists() and path.resolve() not in seen:
            seen.add(path.resolve())
            rows.update(read_listing(path, genre or ""))
    return Listing(rows, genre or "", rights or "")


def read_listing(path: Path, genre: str = "") -> dict[tuple[str, str], Known]:
    """The rows of a manifest by (corpus, path). Raises `Wrong` where its needed columns are missing."""
    try:
        text = path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        raise Wrong(f"cannot be read ({error.strerror})", where=path) from error
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    missing = [name for name in _NEEDED if rows and name not in rows[0]]
    if missing:
        raise Wrong(
            f"the manifest has no column {' and '.join(missing)}", where=path, next_step="add it or remove the manifest"
        )
    keys: dict[str, list[Key | None]] = defaultdict(list)
    for row in rows:
        keys[row["corpus"]].append(_key(row.get("key") or ""))
    # A collection that never writes a minor key gives signatures, not keys.
    trust = {
        name: Trust.EXACT if any(key is not None and key.is_minor for key in some) else Trust.SIGNATURE
        for name, some in keys.items()
    }
    return {
        (row["corpus"], row["path_in_zip"]): _known(row, trust[row["corpus"]], genre)
        for row in rows
        if row["path_in_zip"]
    }


def _known(row: dict[str, str], trust: Trust, genre: str) -> Known:
    def text(name: str) -> str:
        return (row.get(name) or "").strip()

    return Known(
        title=text("title"),
        composer=text("composer"),
        genre=text("genre") or genre,
        licence=text("licence"),
        source=text("source_repo"),
        split=text("split"),
        key=_key(text("key")),
        key_trust=trust,
        arranged=row["corpus"].endswith(MACHINE_MADE),
    )


def _key(text: str) -> Key | None:
    try:
        return Key.parse(text) if text.strip() else None
    except ValueError:
        return None
