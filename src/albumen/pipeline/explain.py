"""Explain: where a result came from. Walks the lock and the records; never guesses."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from albumen.album.edits_file import read_edits
from albumen.album.folder import PAGE, AlbumFolder
from albumen.pipeline.pictures import COVER_NAME
from albumen.pipeline.poems import CLOSING, POEM, poem_path
from albumen.pipeline.provenance import poem_hands
from albumen.pipeline.step import Step
from albumen.work.errors import Wrong
from albumen.work.record import Record, read_record

_CLOSING = "the closing poem"
_OTHER_NAMES = {"cover": "pictures"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is known about one step. `asked` is the question, `facts` what was found, `manner` when and how long.

    `edits` counts the lines of the song's ledger, or of the poem's log; `hands` says what people and the poet did to a poem.
    """

    step: Step
    key: str = ""
    version: int = 0
    asked: Any = None
    digests: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    manner: Mapping[str, Any] = field(default_factory=dict)
    edits: int = 0
    hands: str = ""

    def as_mapping(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "step": self.step.name,
            "state": self.step.state,
            "why": self.step.why,
            **{name: getattr(self, name) for name in ("key", "version", "asked", "digests", "facts", "manner", "edits", "hands")},
        }

    def in_words(self) -> str:
        """A paragraph for people."""
        lines = [f"{self.step.name}: {self.step.state}" + (f" ({self.step.why})" if self.step.why else "")]
        if self.manner:
            lines.append(
                f"  made {self.manner.get('started')} in {self.manner.get('seconds')} s "
                f"by albumen {self.manner.get('albumen')}, stage version {self.version}"
            )
        if self.asked:
            lines += [f"  asked {line}" for line in _leaves(self.asked)]
        reasons = self.facts.get("reasons", ())
        lines += [f"  found {line}" for line in _leaves({name: fact for name, fact in self.facts.items() if name != "reasons"})]
        lines += [f"  because {reason}" for reason in reasons]
        lines += [f"  {name} is {digest[:16]}" for name, digest in sorted(self.digests.items())]
        if self.edits:
            lines.append(f"  {self.edits} edit{'s' if self.edits > 1 else ''} in the ledger")
        if self.hands:
            lines.append(f"  {self.hands}")
        return "\n".join(lines)


def explain_steps(folder: AlbumFolder, steps: tuple[Step, ...], what: str) -> tuple[Told, ...]:
    """What is known about the steps that `what` names: a song, a stage, a step, or the path of a song or poem; empty: all.

    Raises `Wrong` for none.
    """
    what = _named_by_path(folder, what) or what
    if what == _CLOSING:
        return tuple(_told(folder, step) for step in steps if step.name == CLOSING)
    chosen = [step for step in steps if not what or what in (step.name, step.song, step.stage)]
    chosen = chosen or [step for step in steps if step.stage == _OTHER_NAMES.get(what)]
    if not chosen:
        names = sorted({step.song or step.stage for step in steps})
        next_step = f"choose one of {', '.join(names)}"
        raise Wrong(f"there is nothing called {what!r} in this album", where=folder.path, next_step=next_step)
    return tuple(_told(folder, step) for step in chosen)


def _named_by_path(folder: AlbumFolder, what: str) -> str:
    """The song or step whose file or folder a path names, as seen from here or from the album; empty for any other text."""
    home = folder.path.resolve()
    for path in (Path(what), home / what) if what else ():
        try:
            parts = path.resolve().relative_to(home).parts
        except (ValueError, OSError):
            continue
        if parts == (POEM,) and path.exists():
            return _CLOSING
        if len(parts) > 1 and parts[0] == "songs" and path.exists():
            return f"{CLOSING}/{parts[1]}" if parts[2:] == (POEM,) else parts[1]
    return ""


def album_of_path(path: Path) -> tuple[Path, str]:
    """The folder of the album that a path lies in, and what of it the path names; the path itself where it is in none."""
    whole = path.resolve()
    home = next((one for one in whole.parents if (one / PAGE).is_file()), None)
    if home is None or (path / PAGE).is_file() or not path.exists():
        return path, ""
    return home, str(whole)


def _told(folder: AlbumFolder, step: Step) -> Told:
    made = folder.made().get(COVER_NAME if step.stage == "pictures" else step.name)
    edits, hands = _edits(folder, step)
    if made is None:
        return Told(step=step, edits=edits, hands=hands)
    record: Record | None = read_record(folder.workshop.runs, made.key)
    return Told(
        step=step,
        key=made.key,
        version=made.version,
        asked=record.asked if record else None,
        digests=dict(made.digests),
        facts=dict(made.facts),
        manner=dict(record.manner) if record else {},
        edits=edits,
        hands=hands,
    )


def _edits(folder: AlbumFolder, step: Step) -> tuple[int, str]:
    """How many changes of a song's notes, or of a poem, are logged, and whose the poem is now."""
    if step.stage == "compose":
        return len(read_edits(folder.edits(step.song))), ""
    path = poem_path(folder, step.song)
    if step.stage != "poems" or not path.is_file():
        return 0, ""
    from albumen.verse.desk_file import log_path  # loads the poet

    return len(read_edits(log_path(path))), poem_hands(folder, step.song).in_words()


def _leaves(value: Any, path: str = "") -> Iterator[str]:
    """Every plain value in a tree as `path = value`, long lists of numbers in one line."""
    if isinstance(value, Mapping):
        for name, item in sorted(value.items()):
            yield from _leaves(item, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list) and any(isinstance(item, Mapping | list) for item in value):
        for index, item in enumerate(value):
            yield from _leaves(item, f"{path}[{index}]")
    else:
        yield f"{path} = {json.dumps(value, ensure_ascii=False)}"
