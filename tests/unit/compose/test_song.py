"""Whole songs by rule: playable, complete, ending, repeatable; repeats that repeat, variations that vary."""

import pytest

from albumen.album.brief import Brief
from albumen.album.plan import SongPlan
from albumen.compose.critics.soundness import song_faults
from albumen.compose.rules.writer import RulesWriter
from albumen.compose.song import compose_song
from albumen.compose.song_plan import plan_song
from albumen.compose.style_file import style_names
from albumen.score.key import Key
from albumen.score.notes import Note, Notes
from albumen.score.score import Score
from albumen.score.writing import WriteRequest, Written
from albumen.work.errors import Cancelled, Wrong

RULES = {"rules": RulesWriter()}


@pytest.mark.parametrize("style", style_names())
def test_songs_of_every_style_are_sound(style: str) -> None:
    plan = plan_song(Brief(style=style, seed=21, seconds=75, title=style))
    score, report = compose_song(plan, RULES, takes=1)
    assert song_faults(score, plan) == []
    last = score.bars()[-1]
    tonic = Key.parse(plan.sections[-1].key).tonic
    final = [note for part in score.parts if not part.is_drum for note in part.notes.between(last.start, last.end)]
    assert final and min(final, key=lambda note: note.pitch).pitch % 12 == tonic
    assert report["notes"] == sum(len(part.notes) for part in score.parts)
    assert {change.tick for change in score.tempos} or plan.ending == "button"


def test_the_same_seed_gives_the_same_notes_and_another_others() -> None:
    plan = plan_song(Brief(style="waltz", seed=3, seconds=60))
    first, _ = compose_song(plan, RULES, takes=2)
    again, _ = compose_song(plan, RULES, takes=2)
    other, _ = compose_song(plan_song(Brief(style="waltz", seed=4, seconds=60)), RULES, takes=2)
    assert first == again
    assert first != other


def test_leaving_out_a_part_moves_no_other() -> None:
    plan = plan_song(Brief(style="rock", seed=3, seconds=60))
    sections = tuple(_without(section, "organ") for section in plan.sections)
    smaller = _replaced(plan, sections=sections, band=tuple(part for part in plan.band if part.id != "organ"))
    whole, _ = compose_song(plan, RULES, takes=1)
    less, _ = compose_song(smaller, RULES, takes=1)
    for part in less.parts:
        assert part.notes == whole.part(part.id).notes, part.id


class Ringing(RulesWriter):
    """Lets the last note of every region ring half a bar into the next one."""

    def planned(self, plan: SongPlan) -> "Ringing":
        return Ringing(plan)

    def write(self, request: WriteRequest, **more: object) -> list[Written]:
        written = []
        for score, nats in super().write(request):
            bars = score.bars()
            for part_id in {cell.part_id for cell in request.cells}:
                part = score.part(part_id)
                end = bars[max(cell.bar for cell in request.cells if cell.part_id == part_id)].end
                last = max((note.onset for note in part.notes if note.onset < end), default=0)
                lengths = [note.length + (960 if note.onset == last else 0) for note in part.notes]
                score = score.with_part(part.replace(notes=part.notes.replace(length=lengths)))
            written.append(Written(score, nats))
        return written


def test_a_note_that_rings_on_gives_way_to_a_section_that_comes_back() -> None:
    plan = plan_song(Brief(style="electronic", seed=3002, seconds=150))
    assert any(section.repeat == "exact" for section in plan.sections)
    score, report = compose_song(plan, {"rules": Ringing()}, takes=1)
    bars, starts = score.bars(), plan.starts()
    for entry in report["cells"]:
        if entry["how"] == "copied" and not plan.part(entry["part"]).is_drum:
            start = bars[starts[entry["section"]]].start
            around = score.part(entry["part"]).notes.between(start - 1920, start + 1920)
            before = [note for note in around if note.onset < start]
            stroke = min((note.onset for note in around if note.onset >= start), default=start)
            assert all(note.end <= stroke for note in before), entry


def test_exact_repeats_repeat_and_variations_vary() -> None:
    plan = plan_song(Brief(style="chamber", seed=8, seconds=150))
    score, report = compose_song(plan, RULES, takes=1)
    bars, starts = score.bars(), plan.starts()
    seen = {"exact": 0, "varied": 0}
    for entry in report["cells"]:
        if entry["how"] not in ("copied", "varied"):
            continue
        section = plan.sections[entry["section"]]
        source = max(
            i
            for i in range(entry["section"])
            if plan.sections[i].label == section.label and entry["part"] in plan.sections[i].band
        )
        notes = []
        for index in (source, entry["section"]):
            start, stop = bars[starts[index]].start, bars[starts[index] + section.bars - 1].end
            cell = score.part(entry["part"]).notes.between(start, stop)
            notes.append([(note.onset - start, note.pitch) for note in cell])
        if section.repeat == "exact":
            seen["exact"] += 1
            assert notes[0] == notes[1]
        else:
            seen["varied"] += 1
            common = len(set(notes[0]) & set(notes[1]))
            assert common / len(notes[0]) > 0.6, "a variation keeps the bones"
    assert seen["varied"] > 0


def test_the_motif_is_stated() -> None:
    motif = (0, 2, 1, 4, 3)
    stated = 0
    for style in ("waltz", "rock", "folk-air", "pop", "chamber"):
        plan = plan_song(Brief(style=style, seed=5, seconds=75, motif=motif))
        score, _ = compose_song(plan, RULES, takes=1)
        stated += _states(score, plan, motif)
    assert stated >= 4


class _Chords:
    """A model that knows no motif: one chord tone a bar."""

    id, version = "model", "1"

    def write(self, request: WriteRequest, *, stop: object = None) -> list[Written]:
        score, bars = request.score, request.score.bars()
        for cell in request.cells:
            bar, part = bars[cell.bar], score.part(cell.part_id)
            limits = request.limits_of(cell.part_id)
            note = Note(bar.start, bar.length, (limits.low + limits.high) // 2)
            notes = part.notes.outside(bar.start, bar.end).joined(Notes.of([note]))
            score = score.with_part(part.replace(notes=notes))
        return [Written(score, 2.0)]


def test_a_model_finds_the_motif_of_the_album_already_there() -> None:
    motif = (0, 2, 1, 4, 3)
    plan = plan_song(Brief(style="waltz", seed=5, seconds=60, motif=motif))
    score, report = compose_song(plan, {**RULES, "model": _Chords()}, takes=1)
    assert _states(score, plan, motif)
    assert {report["writers"][part]["id"] for part in ("violin", "contrabass")} == {"model", "rules"}
    free, _ = compose_song(_replaced(plan, is_album_motif=False), {**RULES, "model": _Chords()}, takes=1)
    assert not _states(free, plan, motif)


def test_the_ending_slows_and_stops_together() -> None:
    plan = _replaced(plan_song(Brief(style="folk-air", seed=2, seconds=60)), ending="held")
    score, _ = compose_song(plan, RULES, takes=1)
    assert score.tempos[-1].quarter_us > 1.3 * score.tempos[0].quarter_us
    last = score.bars()[-1]
    ends = {int(part.notes.end.max()) for part in score.parts if len(part.notes.between(last.start, last.end))}
    assert ends == {last.end}


def test_louder_sections_are_louder() -> None:
    plan = plan_song(Brief(style="pop", seed=2, seconds=120))
    score, _ = compose_song(plan, RULES, takes=1)
    bars, starts = score.bars(), plan.starts()
    by_energy = []
    for start, section in zip(starts, plan.sections, strict=True):
        cell = score.part("piano").notes.between(bars[start].start, bars[start + section.bars - 1].end)
        if len(cell):
            by_energy.append((section.energy, float(cell.velocity.mean())))
    low, high = min(by_energy), max(by_energy)
    assert high[1] > low[1] + 10


def test_stopping_stops() -> None:
    plan = plan_song(Brief(style="pop", seed=2, seconds=60))
    asked = iter([False] * 5 + [True] * 1000)
    with pytest.raises(Cancelled):
        compose_song(plan, RULES, takes=1, stop=lambda: next(asked))


def test_progress_runs_from_start_to_end() -> None:
    shares: list[float] = []
    compose_song(
        plan_song(Brief(style="classical", seed=2, seconds=45)),
        RULES,
        takes=1,
        progress=lambda share, what: shares.append(share),
    )
    assert shares == sorted(shares)
    assert shares[0] == 0.0
    assert shares[-1] == 1.0


def test_writers_without_rules_are_refused() -> None:
    with pytest.raises(Wrong, match="rules"):
        compose_song(plan_song(Brief(style="pop", seed=2)), {"model": RulesWriter()})


def _states(score: Score, plan: SongPlan, motif: tuple[int, ...]) -> bool:
    """Whether the first melody bars move by the steps of the motif, counted on the scale."""
    wanted = [b - a for a, b in zip(motif, motif[1:], strict=False)]
    index = next(i for i, section in enumerate(plan.sections) if section.ideas[0] == "m")
    lead = next(part for part in plan.sections[index].band if plan.part(part).role == "melody")
    start = plan.starts()[index]
    bars = score.bars()
    cell = score.part(lead).notes.between(bars[start].start, bars[start + 1].end)
    key = Key.parse(plan.sections[index].key)
    scale = [(key.tonic + step) % 12 for step in ((0, 2, 3, 5, 7, 8, 10) if key.is_minor else (0, 2, 4, 5, 7, 9, 11))]
    places = [
        pitch // 12 * 7 + sum(1 for p in sorted(scale) if p <= pitch % 12)
        for pitch in cell.pitch[: len(motif)].tolist()
    ]
    return [b - a for a, b in zip(places, places[1:], strict=False)] == wanted


def _without(section: object, part_id: str) -> object:
    return _replaced(section, band=tuple(p for p in section.band if p != part_id))  # type: ignore[attr-defined]


def _replaced(value: object, **changes: object) -> object:
    import dataclasses

    return dataclasses.replace(value, **changes)  # type: ignore[type-var]
