"""The learned composer: writes the cells of a request with the music model, under the plan and the grammar.

Where nothing follows the wanted cells they are written from left to right; else they are holes in their surroundings.
All takes run side by side through the engine.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from albumen.models.music.sampling import Sampler
from albumen.models.music.scripts import (
    ENDED,
    ENDERS,
    Ask,
    Begin,
    CellIndex,
    Draft,
    Say,
    Script,
    bar_cost,
    forward_script,
    infill_script,
)  # fmt: skip
from albumen.models.music.tokens import vocabulary as v
from albumen.models.music.tokens.cell import GridNote, encode_cell
from albumen.models.music.tokens.grammar import CellRules
from albumen.models.music.tokens.piece import encode_piece, grid_notes, on_grid, reading_order
from albumen.models.music.tokens.stream import Shown, Variation, sounding
from albumen.score.notes import Note, Notes
from albumen.score.part import Part
from albumen.score.score import STEPS_PER_QUARTER, Score
from albumen.score.writing import CellAt, WriteRequest, Written
from albumen.work.errors import Cancelled, Wrong

# Genres whose bands were learned from machine-arranged pieces: asked for as such, or the net lacks their drums.
BAND_GENRES = frozenset(
    {"rock", "pop", "funk", "country", "latin", "ska-reggae", "blues", "electronic", "tango", "jazz"}
)
ANSWER = 34  # words reckoned for an answer: its head and a usual cell
SURROUNDINGS = 6  # bars shown on either side of the holes


class Session(Protocol):
    """Some takes in the engine, each at its own place."""

    def begin(self, row: int, words: Sequence[int]) -> None:
        """Forget what row `row` has read and read `words`."""

    def feed(self, words: Mapping[int, Sequence[int]]) -> None:
        """Let rows read more words."""

    def logits(self, row: int) -> NDArray[np.float32]:
        """Scores of every word as the row's next one, shape [vocabulary]."""
        ...


class MusicEngine(Protocol):
    """What the writer needs of an engine."""

    context: int

    def session(self, rows: int) -> Session:
        """A session of `rows` takes."""
        ...


class NetWriter:
    """The trained net as a `CellWriter`."""

    id = "net"

    def __init__(self, engine: MusicEngine, version: str) -> None:
        self._engine = engine
        self.version = version

    def write(self, request: WriteRequest, *, stop: Callable[[], bool] = lambda: False) -> list[Written]:
        """`request.takes` takes. Raises `Wrong` for cells outside the score, `Cancelled` when `stop` says so."""
        task = _Task(request)
        takes = [_Take(task, number) for number in range(request.takes)]
        for plan in task.windows(self._engine.context):
            for _ in self._words(takes, plan, stop):
                pass
        return [take.written() for take in takes]

    def stream(self, request: WriteRequest, *, stop: Callable[[], bool] = lambda: False) -> Iterator[Written]:
        """One take, handed out again whenever another bar is complete, so that it can be heard while it is written."""
        task = _Task(dataclasses.replace(request, takes=1))
        take, told = _Take(task, 0), 0
        for plan in task.windows(self._engine.context):
            for _ in self._words([take], plan, stop):
                complete = task.complete_bars(take.draft)
                if complete > told:
                    told = complete
                    yield take.written()
        yield take.written()

    def _words(self, takes: list[_Take], plan: _Window, stop: Callable[[], bool]) -> Iterator[None]:
        """Write a window, word by word in all takes."""
        session = self._engine.session(len(takes))
        scripts = {row: plan.script(take, self._engine.context) for row, take in enumerate(takes)}
        pending: dict[int, int | None] = dict.fromkeys(scripts)
        while pending:
            if stop():
                raise Cancelled("composing was stopped")
            asked, words = self._advance(session, scripts, pending)
            pending = {}
            for row, ask in asked.items():
                word = takes[row].choose(session.logits(row), ask)
                pending[row] = word
                if word != ENDED:
                    words.setdefault(row, []).append(word)
            if words:
                session.feed({row: said for row, said in words.items() if said})
            yield

    def _advance(
        self, session: Session, scripts: dict[int, Script], pending: dict[int, int | None]
    ) -> tuple[dict[int, Ask], dict[int, list[int]]]:
        """Run every script up to its next question, reading what is fixed on the way."""
        asked: dict[int, Ask] = {}
        fixed: dict[int, list[int]] = {}
        for row, answer in pending.items():
            while True:
                try:
                    step = next(scripts[row]) if answer is None else scripts[row].send(answer)
                except StopIteration:
                    break
                answer = None
                if isinstance(step, Begin):
                    session.begin(row, step.words)
                    fixed.pop(row, None)
                elif isinstance(step, Say):
                    fixed.setdefault(row, []).extend(step.words)
                else:
                    asked[row] = step
                    break
        reading = {row: words for row, words in fixed.items() if words and row in asked}
        if reading:
            session.feed(reading)
        return asked, {}


class _Task:
    """A request on the grid: the piece, the wanted cells in reading order, what each must obey."""

    def __init__(self, request: WriteRequest) -> None:
        self.request = request
        self.grid = on_grid(request.score)
        self.order = reading_order(self.grid.parts)
        self.bars = self.grid.bars()
        place = {self.grid.parts[index].id: number for number, index in enumerate(self.order)}
        for cell in request.cells:
            if cell.part_id not in place or not 0 <= cell.bar < len(self.bars):
                raise Wrong(
                    f"there is no cell {cell.part_id} in bar {cell.bar + 1}",
                    next_step="name a part and bars of this song",
                )
        self.place = place
        self.cells = sorted({(cell.bar, place[cell.part_id]) for cell in request.cells})
        arranged = request.genre in BAND_GENRES and any(part.is_drum for part in request.score.parts)
        self.piece = encode_piece(self.grid, genre=request.genre, is_arranged=arranged)
        wanted = set(self.cells)
        self.start_piece = dataclasses.replace(
            self.piece,
            cells={cell: words for cell, words in self.piece.cells.items() if cell not in wanted},
            controls={(at.bar, place[at.part_id]): asked for at, asked in request.controls.items()},
        )
        controlled = frozenset(self.start_piece.controls)
        self.shown = Shown(
            chords=bool(request.score.chords), sections=bool(request.score.sections), controls=controlled
        )
        # Parts that neither play nor are wanted yet are not told: the net would wait for them.
        playing = {number for _, number in self.start_piece.cells} | {number for _, number in self.cells}
        self.parts = sorted(playing)
        self.untouched = {number: self._untouched_onsets(index, number) for number, index in enumerate(self.order)}

    def _untouched_onsets(self, index: int, number: int) -> NDArray[np.int64]:
        onsets = self.grid.parts[index].notes.onset.astype(np.int64)
        mine = {bar for bar, part in self.cells if part == number}
        starts = np.array([bar.start for bar in self.bars])
        bar_of = np.searchsorted(starts, onsets, side="right") - 1
        return onsets[~np.isin(bar_of, list(mine))]

    def part(self, number: int) -> Part:
        """The part at a place in reading order."""
        return self.grid.parts[self.order[number]]

    def complete_bars(self, draft: Draft) -> int:
        """How many of the wanted bars have all their cells."""
        open_bars = {bar for bar, number in self.cells if (bar, number) not in draft.written}
        return len({bar for bar, _ in self.cells}) - len(open_bars)

    def windows(self, context: int) -> list[_Window]:
        """How the wanted cells are cut into runs of the engine."""
        # What is already there in or after the wanted bars can only be heard by filling holes.
        later = [cell for cell in self.start_piece.cells if cell[0] >= self.cells[0][0]]
        special = self.request.vary_from or self.request.locks
        if not later and not special:
            return [_Window(self, self.cells, None)]
        return list(self._infill_windows(context))

    def _infill_windows(self, context: int) -> Iterator[_Window]:
        chunk: list[CellIndex] = []
        cost = 0
        for cell in self.cells:
            source = self.request.vary_from.get(CellAt(self.part(cell[1]).id, cell[0]))
            price = ANSWER + (len(source) * 3 if source is not None else len(self.piece.cells.get(cell, ())))
            new_bar = not chunk or chunk[-1][0] != cell[0]
            price += bar_cost(self.start_piece, cell[0]) if new_bar else 0
            if chunk and (len(chunk) >= v.MOST_HOLES or cost + price > context * 0.6):
                yield _Window(self, chunk, self._surroundings(chunk, cost, context))
                chunk, cost = [], 0
            chunk.append(cell)
            cost += price
        yield _Window(self, chunk, self._surroundings(chunk, cost, context))

    def _surroundings(self, cells: Sequence[CellIndex], price: int, context: int) -> tuple[int, int]:
        """Bars to show: the holes' own and up to `SURROUNDINGS` on either side, as the context allows.

        `price` words are kept for the holes' bars and their answers.
        """
        first, last = cells[0][0], cells[-1][0] + 1
        left = context - 40 - price
        for _ in range(SURROUNDINGS):
            for step in (-1, 1):
                bar = first - 1 if step < 0 else last
                if 0 <= bar < len(self.bars) and bar_cost(self.start_piece, bar) < left:
                    left -= bar_cost(self.start_piece, bar)
                    first, last = (bar, last) if step < 0 else (first, bar + 1)
        return first, last

    def rules(self, draft: Draft, cell: CellIndex) -> CellRules:
        """What a cell must obey, given what the take has written before it."""
        bar, number = cell
        part, limits = self.part(number), self.request.limits_of(self.part(number).id)
        shift = 0 if part.is_drum else draft.piece.shift
        here = self.bars[bar]
        later = self.untouched[number][np.searchsorted(self.untouched[number], here.start) :]
        end = max(self.grid.length, self.bars[-1].end)
        room = int(min(later[0] if later.size else end, end)) - here.start
        at = CellAt(part.id, bar)
        lock = self.request.locks.get(at)
        locked = grid_notes(self.grid.cell(part.id, here), here.start, part.is_drum, shift) if lock else []
        return CellRules(
            steps=here.length, low=limits.low - shift, high=limits.high - shift, voices=limits.voices, room=max(room, 1),
            is_drum=part.is_drum, most_onsets=max(4, here.length // 3 * 2),
            held=() if part.is_drum else self._held(draft, cell, shift),
            rhythm=rhythm_of(locked) if lock == "rhythm" else (),
            pitches=tuple(note.pitch for note in locked) if lock == "pitch" else (),
        )  # fmt: skip

    def _held(self, draft: Draft, cell: CellIndex, shift: int) -> tuple[tuple[int, int], ...]:
        """Notes of the part that still sound at the bar line: untouched ones and those of this take."""
        bar, number = cell
        start = self.bars[bar].start
        wanted = {b for b, part in self.cells if part == number}
        notes = self.part(number).notes
        held = []
        for onset, end, pitch in zip(notes.onset.tolist(), notes.end.tolist(), notes.pitch.tolist(), strict=True):
            if onset >= start:
                break
            if end > start and self._bar_at(onset) not in wanted:
                held.append((pitch - shift, end - start))
        for back in range(max(0, bar - 8), bar):
            offset = start - self.bars[back].start
            held += [
                (n.pitch, n.step + n.steps - offset)
                for n in draft.written.get((back, number), [])
                if n.step + n.steps > offset
            ]
        return tuple(held)

    def _bar_at(self, tick: int) -> int:
        return int(np.searchsorted([bar.start for bar in self.bars], tick, side="right")) - 1

    def variations(self, cells: Sequence[CellIndex]) -> dict[CellIndex, Variation]:
        """The variations that the request asks of these cells."""
        level = 0 if self.request.strength < 0.34 else 1 if self.request.strength < 0.67 else 2
        found = {}
        for bar, number in cells:
            part = self.part(number)
            source = self.request.vary_from.get(CellAt(part.id, bar))
            if source is not None and len(source):
                scaled = _scaled(source, STEPS_PER_QUARTER / self.request.score.resolution)
                shift = 0 if part.is_drum else self.start_piece.shift
                words = encode_cell(grid_notes(scaled, 0, part.is_drum, shift), is_drum=part.is_drum)
                found[bar, number] = Variation(level, words)
        return found


@dataclasses.dataclass(frozen=True)
class _Window:
    """Cells that are written in one run; `bars` is None when they are written forward."""

    task: _Task
    cells: Sequence[CellIndex]
    bars: tuple[int, int] | None

    def script(self, take: _Take, context: int) -> Script:
        """The script of one take through this window."""
        if self.bars is None:
            look_back = context // 2
            return forward_script(
                take.draft,
                self.cells,
                self.task.rules,
                self.task.shown,
                self.task.parts,
                context=context,
                look_back=look_back,
            )
        variations = self.task.variations(self.cells)
        return infill_script(
            take.draft,
            self.cells,
            self.task.rules,
            self.task.shown,
            self.task.parts,
            variations,
            window=self.bars,
            context=context,
        )


class _Take:
    """One take while it is written, with its own stream of chance."""

    def __init__(self, task: _Task, number: int) -> None:
        self.task = task
        self.sampler = Sampler(task.request.seed.child("take", number).rng(), temperature=task.request.temperature)
        piece = dataclasses.replace(task.start_piece, cells=dict(task.start_piece.cells))
        self.draft = Draft(piece)
        self.nats = 0.0

    def choose(self, logits: NDArray[np.float32], ask: Ask) -> int:
        """The next word, or `ENDED`; its cost is added to the take's likelihood."""
        word, nats = self.sampler.choose(logits, ask.allowed, ENDERS if ask.may_end else None)
        self.nats += nats
        return word

    def written(self) -> Written:
        """The score with this take's cells in place."""
        score = self.task.request.score
        parts, count = [], 0
        for part in score.parts:
            number = self.task.place[part.id]
            mine = {bar: notes for (bar, at), notes in self.draft.written.items() if at == number}
            if mine:
                new = Notes.of(self._sounding(mine, part.is_drum))
                count += len(new)
                part = part.replace(notes=_outside(part.notes, [self._span(bar) for bar in mine]).joined(new))
            parts.append(part)
        return Written(score.replace(parts=tuple(parts)), self.nats / max(1, count))

    def _sounding(self, cells: dict[int, list[GridNote]], is_drum: bool) -> Iterator[Note]:
        """Written cells as notes of the score, in its ticks and at sounding pitch."""
        for bar, notes in cells.items():
            start = self.task.bars[bar].start
            for note in sounding(notes, is_drum, self.task.piece.tonic):
                onset = _ticks(start + note.step, self.task.request.score)
                end = _ticks(start + note.step + note.steps, self.task.request.score)
                yield Note(onset, max(1, end - onset), note.pitch, v.VELOCITIES[note.velocity])

    def _span(self, bar: int) -> tuple[int, int]:
        here = self.task.bars[bar]
        return _ticks(here.start, self.task.request.score), _ticks(here.end, self.task.request.score)


def rhythm_of(notes: Sequence[GridNote]) -> tuple[tuple[int, int, int], ...]:
    """Onset, longest length and number of notes of each onset."""
    onsets: dict[int, list[int]] = {}
    for note in notes:
        onsets.setdefault(note.step, []).append(note.steps)
    return tuple((step, max(lengths), len(lengths)) for step, lengths in sorted(onsets.items()))


def _ticks(step: int, score: Score) -> int:
    return round(step * score.resolution / STEPS_PER_QUARTER)


def _outside(notes: Notes, spans: Sequence[tuple[int, int]]) -> Notes:
    keep = np.ones(len(notes), dtype=bool)
    for start, stop in spans:
        keep &= (notes.onset < start) | (notes.onset >= stop)
    return notes.where(keep)


def _scaled(notes: Notes, scale: float) -> Notes:
    onset = np.floor(notes.onset * scale + 0.5).astype(np.int32)
    end = np.floor(notes.end * scale + 0.5).astype(np.int32)
    return Notes(onset, np.maximum(1, end - onset), notes.pitch, notes.velocity)


def load_writer(folder: Path, *, threads: int = 2) -> NetWriter:
    """The writer of a model folder."""
    from albumen.models.music.run import Engine

    engine = Engine(folder, threads=threads)
    return NetWriter(engine, engine.version)
