"""The rules as a composer back-end: the same question and answer as the trained model (`score/writing.py`).

Cells are written part by part in the order melody, bass, counter-melody, chords, pad, drums, section by section, so that
each voice hears those before it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from albumen.album.plan import SongPlan
from albumen.compose.rules.bass import write_bass
from albumen.compose.rules.counter import write_counter
from albumen.compose.rules.drums import write_drums
from albumen.compose.rules.figures import write_chords, write_pad
from albumen.compose.rules.fit import fitted
from albumen.compose.rules.follow import followed, model_bar
from albumen.compose.rules.melody import write_melody
from albumen.compose.rules.setting import BarFacts, Setting
from albumen.compose.rules.thicken import thickened
from albumen.compose.rules.vary import repitched, rerhythmed, varied_tune
from albumen.score.notes import Note, Notes
from albumen.score.part import ROLES, Part
from albumen.score.score import Score
from albumen.score.writing import CellAt, Limits, WriteRequest, Written
from albumen.work.errors import Cancelled, Wrong
from albumen.work.seed import Seed

_TUNES = ("melody", "counter")
_ENOUGH = 8  # notes that show in which register a part plays
_USUAL = {"melody": (58, 86), "counter": (50, 79), "chords": (46, 77), "pad": (48, 77), "bass": (30, 55)}
_MIDDLE = 60  # parts without a role: below plays bass, above plays the tune


class RulesWriter:
    """Composes by the rules of a style. With a plan it knows form and motif; without one it follows the music it finds."""

    id = "rules"
    version = "2"

    def __init__(self, plan: SongPlan | None = None) -> None:
        self._plan = plan

    def planned(self, plan: SongPlan) -> RulesWriter:
        """The same writer, told the plan of the song it will be asked about."""
        return RulesWriter(plan)

    def write(self, request: WriteRequest, *, stop: Callable[[], bool] = lambda: False) -> list[Written]:
        """`request.takes` takes. Raises `Wrong` for cells of parts or bars that the score does not have."""
        _check(request)
        return [
            Written(self._take(request, request.seed.child("take", number), stop), float("nan"))
            for number in range(request.takes)
        ]

    def _take(self, request: WriteRequest, seed: Seed, stop: Callable[[], bool]) -> Score:
        score = request.score
        setting = Setting(score, request.genre, seed, self._plan)
        by_part: dict[str, list[int]] = {}
        for cell in request.cells:
            by_part.setdefault(cell.part_id, []).append(cell.bar)
        for part in sorted((p for p in score.parts if p.id in by_part), key=lambda p: ROLES.index(_role(p))):
            for run in _runs(setting, sorted(set(by_part[part.id]))):
                if stop():
                    raise Cancelled("composing was stopped")
                score = self._write_run(request, score, setting, part.id, run, seed.child(part.id))
        return score

    def _write_run(
        self, request: WriteRequest, score: Score, setting: Setting, part_id: str, run: list[BarFacts], seed: Seed
    ) -> Score:
        """The score with one part's run of bars written."""
        part = score.part(part_id)
        limits = request.limits_of(part_id)
        start, stop = run[0].bar.start, run[-1].bar.end
        before = tuple(int(pitch) for pitch in part.notes.between(0, start).pitch[-2:])
        kept = part.notes.outside(start, stop)
        # The cells keep what they have until now for locks; fresh notes are found with the rest of the band in view.
        fresh: list[Note] = []
        varied: list[Note] = []
        loose: list[BarFacts] = []
        for facts in run:
            cell = CellAt(part_id, facts.bar.index)
            now = request.score.cell(part_id, facts.bar)
            if cell in request.locks and len(now):
                fresh += self._locked(request, setting, cell, facts, now, limits, seed, before)
            elif cell in request.vary_from and len(request.vary_from[cell]) and _role(part) in _TUNES:
                varied += self._varied(request, setting, cell, facts, limits, seed)
            else:
                loose.append(facts)
        if varied:
            fresh += thickened(setting, run, varied, limits.low, limits.voices)
        for piece in _contiguous(loose):
            fresh += self._fresh(request, score, setting, part, piece, limits, seed, before)
        notes = (
            fitted(fresh, limits, kept, stop)
            if not part.is_drum
            else [n for n in fresh if limits.low <= n.pitch <= limits.high]
        )
        return score.with_part(part.replace(notes=kept.joined(Notes.of(notes))))

    def _locked(
        self,
        request: WriteRequest,
        setting: Setting,
        cell: CellAt,
        facts: BarFacts,
        now: Notes,
        limits: Limits,
        seed: Seed,
        before: tuple[int, ...],
    ) -> list[Note]:
        if request.locks[cell] == "pitch":
            return rerhythmed(facts, now, seed)
        if request.score.part(cell.part_id).is_drum:
            return list(now)
        return repitched(setting, facts, now, limits.low, limits.high, seed, before)

    def _varied(
        self, request: WriteRequest, setting: Setting, cell: CellAt, facts: BarFacts, limits: Limits, seed: Seed
    ) -> list[Note]:
        source = request.vary_from[cell]
        return varied_tune(setting, facts, source, request.strength, limits.low, limits.high, seed)

    def _fresh(
        self,
        request: WriteRequest,
        score: Score,
        setting: Setting,
        part: Part,
        run: list[BarFacts],
        limits: Limits,
        seed: Seed,
        before: tuple[int, ...],
    ) -> list[Note]:
        """Notes for a run without locks or sources."""
        if self._plan is None:
            asked = frozenset(cell.bar for cell in request.cells if cell.part_id == part.id)
            models = [model_bar(setting, part.notes, facts, asked) for facts in run]
            if all(model is not None for model in models):
                return [
                    note
                    for facts, model in zip(run, models, strict=True)
                    if model is not None
                    for note in followed(setting, part.notes, facts, model, part.is_drum)
                ]
        role, figures = _role(part), self._figures(setting, part)
        low, high = self._register(part, limits)
        if role == "drums":
            return write_drums(setting, run, figures, seed)
        if role == "bass":
            return write_bass(setting, run, figures, low, high, before[-1] if before else None)
        if role == "melody":
            line = write_melody(setting, run, low, high, seed, before, request.temperature)
            return thickened(setting, run, line, limits.low, limits.voices)
        tune = _tune(score, part.id)
        if role == "counter":
            return write_counter(setting, run, tune, low, high, limits.voices, seed, before, request.temperature)
        write = write_pad if role == "pad" else write_chords
        return write(setting, run, figures, low, high, limits.voices, _ceilings(tune, run))

    def _figures(self, setting: Setting, part: Part) -> str:
        if self._plan is not None:
            return next((seat.figures for seat in self._plan.band if seat.id == part.id), "")
        role = _role(part)
        return next((member.figures for member in setting.style.band if member.role == role and member.figures), "")

    def _register(self, part: Part, limits: Limits) -> tuple[int, int]:
        """The register of the seat inside the limits; without a plan, round what the part has played."""
        low, high = limits.low, limits.high
        if self._plan is not None or part.is_drum:
            return low, high
        if len(part.notes) > _ENOUGH:
            wanted = int(part.notes.pitch.min()), int(part.notes.pitch.max())
        else:
            wanted = _USUAL[_role(part)]
        narrow = max(low, wanted[0]), min(high, wanted[1])
        if narrow[1] - narrow[0] >= 12:
            return narrow
        middle = max(low + 6, min(high - 6, (wanted[0] + wanted[1]) // 2))
        low, high = max(low, middle - 8), min(high, middle + 8)
        return low, high


def _role(part: Part) -> str:
    if part.is_drum:
        return "drums"
    if part.role and part.role != "drums":
        return part.role
    return "melody" if not len(part.notes) or float(part.notes.pitch.mean()) >= _MIDDLE else "bass"


def _check(request: WriteRequest) -> None:
    bars = len(request.score.bars())
    ids = {part.id for part in request.score.parts}
    for cell in request.cells:
        if cell.part_id not in ids or not 0 <= cell.bar < bars:
            raise Wrong(
                f"no cell {cell.part_id!r}, bar {cell.bar + 1}; the song has {bars} bars and the parts {', '.join(sorted(ids))}",
                where="request",
            )


def _runs(setting: Setting, bars: Sequence[int]) -> list[list[BarFacts]]:
    """Bars in order, cut where they are not neighbours and where a section begins."""
    runs: list[list[BarFacts]] = []
    for index in bars:
        facts = setting.bars[index]
        if runs and runs[-1][-1].bar.index == index - 1 and runs[-1][-1].section == facts.section:
            runs[-1].append(facts)
        else:
            runs.append([facts])
    return runs


def _contiguous(run: list[BarFacts]) -> list[list[BarFacts]]:
    pieces: list[list[BarFacts]] = []
    for facts in run:
        if pieces and pieces[-1][-1].bar.index == facts.bar.index - 1:
            pieces[-1].append(facts)
        else:
            pieces.append([facts])
    return pieces


def _tune(score: Score, but: str) -> Notes:
    """The top line of all melody parts together."""
    tune = Notes((), (), (), ())
    for part in score.parts:
        if part.role == "melody" and part.id != but:
            tune = tune.joined(part.notes)
    return tune


def _ceilings(tune: Notes, run: list[BarFacts]) -> dict[int, int]:
    """The lowest pitch of the tune in each bar, under which an accompaniment keeps."""
    ceilings = {}
    for facts in run:
        cell = tune.between(facts.bar.start, facts.bar.end)
        if len(cell):
            ceilings[facts.bar.index] = int(np.quantile(cell.pitch, 0.25))
    return ceilings
