"""Patches: the exact difference between two scores. The inverse of every edit is one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from albumen.score.notes import Note, Notes
from albumen.score.outline import outlined_part, outlined_score, part_outline, song_outline
from albumen.score.part import Bend, Control, Part
from albumen.score.score import Score
from albumen.work.errors import Wrong

Row = list[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """Plain JSON values: `song` the changed entries of the song's outline, `order` the ids of all parts where it changes.

    `parts` by id: null where a part goes, else its changed entries (all of them, and `new`, where a part comes); of its
    notes only those to `take` out and to `put` in.
    """

    song: Mapping[str, Any] = field(default_factory=dict)
    parts: Mapping[str, Any] = field(default_factory=dict)
    order: tuple[str, ...] | None = None

    def applied(self, score: Score) -> Score:
        """The score on the other side of the difference; raises `Wrong` where it does not belong to this score."""
        try:
            parts = {part.id: part for part in score.parts}
            for part_id, change in self.parts.items():
                if (part_id in parts) == bool(change and change.get("new")):
                    raise ValueError(f"the part {part_id} is{'' if part_id in parts else ' not'} there")
                old = parts.pop(part_id, Part(id=part_id))
                if change is not None:
                    parts[part_id] = _changed(old, change)
            order = self.order if self.order is not None else [part.id for part in score.parts]
            if sorted(order) != sorted(parts):
                raise ValueError(f"it speaks of the parts {', '.join(order)}")
            return outlined_score({**song_outline(score), **self.song}, tuple(parts[part_id] for part_id in order))
        except (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError) as error:
            raise Wrong(f"this change belongs to another state of the song: {error}") from error


def patch_between(before: Score, after: Score) -> Patch:
    """The patch that turns `before` into `after`."""
    old_song, new_song = song_outline(before), song_outline(after)
    old_parts, new_parts = ({part.id: part for part in score.parts} for score in (before, after))
    parts: dict[str, Any] = {part_id: None for part_id in old_parts if part_id not in new_parts}
    for part_id, part in new_parts.items():
        old = old_parts.get(part_id)
        if old != part:
            parts[part_id] = _difference(old, part) if old else {"new": True, **_difference(Part(id=part_id), part)}
    return Patch(
        song={name: value for name, value in new_song.items() if value != old_song[name]},
        parts=parts,
        order=tuple(new_parts) if list(new_parts) != list(old_parts) else None,
    )


def _difference(old: Part, new: Part) -> dict[str, Any]:
    before, after = part_outline(old), part_outline(new)
    change: dict[str, Any] = {name: value for name, value in after.items() if value != before[name]}
    old_notes, new_notes = Counter(old.notes), Counter(new.notes)
    for name, rows in (("take", old_notes - new_notes), ("put", new_notes - old_notes)):
        if rows:
            change[name] = [list(note) for note in sorted(rows.elements())]
    if old.controls != new.controls:
        change["controls"] = [list(control) for control in new.controls]
    if old.bends != new.bends:
        change["bends"] = [list(bend) for bend in new.bends]
    return change


def _changed(old: Part, change: Mapping[str, Any]) -> Part:
    outline = {name: change.get(name, value) for name, value in part_outline(old).items()}
    controls = change.get("controls", old.controls)
    bends = change.get("bends", old.bends)
    return outlined_part(
        outline,
        notes=_exchanged(old.notes, change.get("take", ()), change.get("put", ())),
        controls=tuple(Control(*row) for row in controls),
        bends=tuple(Bend(*row) for row in bends),
    )


def _exchanged(notes: Notes, take: Iterable[Row], put: Iterable[Row]) -> Notes:
    have, gone = Counter(notes), Counter(Note(*row) for row in take)
    if gone - have:
        raise ValueError(f"the note {list(next(iter(gone - have)))} is not there")
    return Notes.of((have - gone + Counter(Note(*row) for row in put)).elements())
