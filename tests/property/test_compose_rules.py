"""Whatever is asked of the rules, the limits are kept and nothing else is touched."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from albumen.compose.critics.playability import most_voices, struck_twice
from albumen.compose.rules.fit import fitted
from albumen.compose.rules.writer import RulesWriter
from albumen.score.chord import QUALITY_NAMES, Chord
from albumen.score.key import Key
from albumen.score.meter import Meter
from albumen.score.notes import Note, Notes
from albumen.score.part import Part
from albumen.score.score import ChordChange, KeyChange, Score
from albumen.score.time_map import MeterChange
from albumen.score.writing import CellAt, Limits, WriteRequest
from albumen.work.seed import Seed

METERS = ("4/4", "3/4", "6/8", "2/2", "2/4", "5/4", "7/8", "9/8", "12/8", "3/8")
GENRES = ("folk-celtic", "baroque", "jazz", "blues", "pop", "electronic", "ragtime", "nobody-knows", "")
ROLES = ("melody", "bass", "counter", "chords", "pad")


@st.composite
def requests(draw: st.DrawFn) -> WriteRequest:
    """A small song with holes: any meter, key, chords, resolution and band."""
    resolution = draw(st.sampled_from((24, 120, 384, 480)))
    meter = Meter.parse(draw(st.sampled_from(METERS)))
    bar, bars = meter.bar_ticks(resolution), draw(st.integers(1, 9))
    parts = []
    for index, role in enumerate(draw(st.lists(st.sampled_from(ROLES), min_size=1, max_size=3))):
        low = draw(st.integers(24, 72))
        notes = [Note(i * bar, max(1, bar // 2), low + 5) for i in range(bars)] if draw(st.booleans()) else []
        parts.append(
            (
                Part(id=f"{role}-{index}", role=role, notes=Notes.of(notes)),
                Limits(low, low + draw(st.integers(12, 30)), draw(st.integers(1, 6))),
            )
        )
    if draw(st.booleans()):
        parts.append((Part(id="drums", role="drums", is_drum=True), Limits(0, 127, 8)))
    chords = st.builds(Chord, st.integers(0, 11), st.sampled_from(QUALITY_NAMES))
    score = Score(
        resolution=resolution,
        parts=tuple(part for part, _ in parts),
        meters=(MeterChange(0, meter),),
        keys=(KeyChange(0, Key.of(draw(st.integers(0, 11)), draw(st.booleans()))),),
        chords=tuple(ChordChange(i * bar, draw(chords)) for i in range(bars)) if draw(st.booleans()) else (),
        length=bars * bar,
    )
    every = [CellAt(part.id, number) for part, _ in parts for number in range(bars)]
    cells = draw(st.lists(st.sampled_from(every), min_size=1, max_size=12, unique=True))
    locks = {cell: draw(st.sampled_from(("rhythm", "pitch"))) for cell in cells if draw(st.booleans())}
    return WriteRequest(
        score=score, cells=tuple(cells), seed=Seed(draw(st.integers(0, 9))), genre=draw(st.sampled_from(GENRES)),
        limits={part.id: limits for part, limits in parts}, locks=locks, takes=1,
    )  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(requests())
def test_limits_are_kept_and_nothing_else_is_touched(request: WriteRequest) -> None:
    (take,) = RulesWriter().write(request)
    bars = request.score.bars()
    for part in request.score.parts:
        asked = {cell.bar for cell in request.cells if cell.part_id == part.id}
        after = take.score.part(part.id).notes
        limits = request.limits_of(part.id)
        for bar in bars:
            cell = after.between(bar.start, bar.end)
            if bar.index not in asked:
                assert cell == part.notes.between(bar.start, bar.end)
            elif not part.is_drum:
                assert all(limits.low <= note.pitch <= limits.high for note in cell)
        if not part.is_drum:
            assert most_voices(after) <= max(limits.voices, most_voices(part.notes))
            assert struck_twice(after) <= struck_twice(part.notes)
    assert RulesWriter().write(request)[0].score == take.score


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.builds(Note, st.integers(0, 400), st.integers(1, 300), st.integers(0, 127), st.integers(1, 127)), max_size=25),
    st.integers(0, 100), st.integers(12, 27), st.integers(1, 5),
)  # fmt: skip
def test_anything_becomes_playable(notes: list[Note], low: int, span: int, voices: int) -> None:
    limits = Limits(low, low + span, voices)
    played = Notes.of(fitted(notes, limits, Notes((), (), (), ()), 500))
    assert most_voices(played) <= voices
    assert struck_twice(played) == 0
    assert all(low <= note.pitch <= low + span and note.end <= 500 for note in played)
    assert bool(len(played)) == bool(notes)
