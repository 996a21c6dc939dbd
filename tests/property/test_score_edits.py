"""Every edit can be taken back exactly, and survives being stored."""

from __future__ import annotations

import json

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from albumen.score.edit import Edit, apply, edit_from_json, edit_json
from albumen.score.edits.bar_edits import DeleteBars, InsertBars, MoveBars, RepeatBars
from albumen.score.edits.part_edits import (
    AddPart,
    ChangeVelocity,
    RemovePart,
    RenamePart,
    SetNotes,
    SetRole,
    SwapInstrument,
)
from albumen.score.edits.song_edits import SetKey, SetMeter, SetTempo, Transpose
from albumen.score.edits.span import Span
from albumen.score.instrument import TIMBRE_NAMES
from albumen.score.part import ROLES
from albumen.score.reading_limits import MAX_BARS
from albumen.score.score import Score
from albumen.work.errors import Wrong
from tests.property.strategies import names, scores


@st.composite
def edits(draw: st.DrawFn, score: Score) -> Edit:
    """An edit that may fit the score."""
    count = len(score.bars())
    start = draw(st.integers(0, count - 1))
    span = Span(start, draw(st.integers(start + 1, min(count, start + 20))))
    some = draw(st.none() | st.just(span))
    part = draw(st.sampled_from([part.id for part in score.parts] or ["nobody"]))
    number, at = draw(st.integers(-14, 14)), draw(st.integers(0, count))
    instrument, role = draw(st.sampled_from(TIMBRE_NAMES)), draw(st.sampled_from(ROLES))
    row = (draw(st.integers(0, 50)), draw(st.integers(1, 999)), draw(st.integers(0, 127)), draw(st.integers(1, 127)))
    choices: list[Edit] = [
        SetTempo(quarters_per_minute=draw(st.floats(10, 1000)), bars=some),
        Transpose(semitones=number, part=draw(st.sampled_from(["", part])), bars=some),
        SetKey(key=draw(st.sampled_from(["C", "Eb", "F#m", "Am"]))),
        SetMeter(meter=draw(st.sampled_from(["3/4", "6/8", "5/4", "2/2"]))),
        AddPart(instrument=instrument, role=role),
        RemovePart(part=part, bars=some),
        SwapInstrument(part=part, instrument=instrument),
        RenamePart(part=part, name=draw(names)),
        SetRole(part=part, role=role),
        ChangeVelocity(factor=draw(st.floats(0, 3)), plus=number, part=part, bars=some),
        SetNotes(part=part, bars=span, notes=(row,)),
        DeleteBars(bars=span),
        InsertBars(at=at, count=draw(st.integers(1, 5))),
        MoveBars(bars=span, to=at),
        RepeatBars(bars=span, to=draw(st.none() | st.just(at))),
    ]
    return draw(st.sampled_from(choices))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_an_edit_and_its_inverse_leave_nothing_behind(data: st.DataObject) -> None:
    score = data.draw(scores(most_parts=3).filter(lambda score: len(score.bars()) < MAX_BARS // 4))
    edit = data.draw(edits(score))
    stored = json.loads(json.dumps(edit_json(edit)))
    assert edit_from_json(stored) == edit
    try:
        changed, inverse = apply(score, edit)
    except Wrong:
        assume(False)
    assert apply(changed, inverse)[0] == score
    from_disk = edit_from_json(json.loads(json.dumps(edit_json(inverse))))
    back, again = apply(changed, from_disk)
    assert back == score
    assert apply(back, again)[0] == changed
