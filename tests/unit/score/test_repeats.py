"""The order in which measures are played."""

from __future__ import annotations

import pytest

from albumen.score.repeats import Signs, played_order


def signs(text: str) -> list[Signs]:
    """One word a measure: `|:` forward, `:|` backward, `1` `2` endings, `S` segno, `F` fine, `K` coda, `>` to coda, DC, DS."""
    marks = {
        "S": "segno", "F": "fine", "K": "coda", ">": "to_coda", "DC": "da_capo", "DS": "dal_segno", "|:": "forward",
    }  # fmt: skip
    found = []
    for word in text.split():
        sign = Signs()
        for mark in word.split(","):
            if mark in marks:
                setattr(sign, marks[mark], True)
            elif mark.endswith(":|"):
                sign.backward = int(mark[:-2] or 2)
            elif mark.isdigit():
                sign.endings |= {int(mark)}
        found.append(sign)
    return found


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("- - -", "012"),
        ("- :| -", "01012"),
        ("- |: :| -", "012123"),
        ("- 3:| -", "0101012"),
        ("- :| - :|", "01012323"),
        ("|: 1,:| 2 -", "01023"),
        ("|: 1,:| - :|", "0102323"),  # the second ending is not marked
        ("|: 1,2,:| 3 -", "0101023"),
        ("|: 1,:| 2,:| -", "01023"),
        ("- F - DC", "012301"),
        ("- S - F DS", "01234123"),
        ("- > - DC K", "0123014"),
        ("|: 1,:| 2 DC", "01023023"),
        ("DC", "00"),
        ("", ""),
    ],
)
def test_repeats_endings_and_jumps(text: str, order: str) -> None:
    assert played_order(signs(text)) == [int(digit) for digit in order]


def test_playing_always_ends() -> None:
    assert len(played_order(signs("16:| " * 3000))) > 0
    assert len(played_order(signs("|: " + "1,2,3,4,5,6,7,8,9,:| " * 5000))) <= 25_000
