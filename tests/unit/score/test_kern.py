"""Reading Humdrum kern."""

from __future__ import annotations

import pytest

from albumen.score.kern_read import read_kern
from albumen.score.score import Score
from albumen.work.errors import Wrong


def kern(text: str) -> Score:
    """Columns stand apart by blanks here, by tabs in files; `~` is a blank inside a token."""
    lines = (("\t".join(line.split()) if not line.startswith("!") else line) for line in text.strip().splitlines())
    return read_kern("\n".join(lines).replace("~", " ").encode(), name="a.krn")


def heard(score: Score, part: int = 0) -> list[tuple[float, float, int]]:
    at = score.resolution
    return [(note.onset / at, note.length / at, note.pitch) for note in score.parts[part].notes]


CHORALE = """
!!!OTL: Christus
!!!OMD: Adagio
**kern **silbe **kern
*Icello * *Iviolin
*k[b-] * *k[b-]
*d: * *d:
*M3/4 * *M3/4
=1 =1 =1
2.DD Ach [4b-
. . 4b-_
. . 4qff
. . 4b-]
=2 =2 =2
4r . 2._ff#~2.aa
2C# . .
== == ==
*- *- *-
"""


def test_notes_rests_ties_chords_and_graces() -> None:
    score = kern(CHORALE)
    assert [(part.id, part.program) for part in score.parts] == [("violin", 40), ("cello", 42)]
    assert heard(score) == [(0, 3, 70), (3, 3, 78), (3, 3, 81)]
    assert heard(score, 1) == [(0, 3, 38), (4, 2, 49)]
    assert (score.title, str(score.keys[0].key), str(score.meters[0].meter)) == ("Christus", "Dm", "3/4")
    assert round(score.tempos[0].quarters_per_minute) == 66


def test_spines_split_and_join() -> None:
    score = kern(
        """
        **kern **kern
        *Ipiano *Ipiano
        *M4/4 *M4/4
        *MM90 *MM90
        =1 =1
        * *^
        4C 2e 4g
        4D . 4a
        * *v *v
        2E 2f
        =2 =2
        *x *x
        1c 1G
        *- *-
        """.replace("\n        ", "\n")
    )
    assert len(score.parts) == 1
    assert sorted(heard(score)) == sorted(
        [(0, 1, 48), (1, 1, 50), (2, 2, 52), (0, 2, 64), (0, 1, 67), (1, 1, 69), (2, 2, 65), (4, 4, 60), (4, 4, 55)]
    )
    assert round(score.tempos[0].quarters_per_minute) == 90


def test_triplets_dots_breves_and_fractions_of_a_beat() -> None:
    score = kern("**kern\n*M4/2\n=1\n6c\n6d\n6e\n4..f\n16g\n3%2a\n=2\n0c\n*-")
    lengths = [length for _, length, _ in heard(score)]
    assert lengths == pytest.approx([2 / 3, 2 / 3, 2 / 3, 1.75, 0.25, 8 / 3, 8])


def test_repeats_and_expansion_lists() -> None:
    text = "**kern\n*M4/4\n=1\n1c\n=2:|!\n1d\n=3\n1e\n=:|!\n*-"
    assert [pitch for _, _, pitch in heard(kern(text))] == [60, 60, 62, 64, 62, 64]
    listed = "**kern\n*>[A,B,A]\n*>norep[A,B]\n*>A\n*M4/4\n=1\n1c\n=2\n*>B\n1d\n==\n*-"
    assert [pitch for _, _, pitch in heard(kern(listed))] == [60, 62, 60]


def test_an_upbeat_begins_with_a_rest() -> None:
    assert heard(kern("**kern\n*M3/4\n4c\n=1\n2.d\n*-")) == [(2, 1, 60), (3, 3, 62)]


def test_damaged_files_are_refused_with_the_line() -> None:
    with pytest.raises(Wrong, match=r"a\.krn: line 3 has 1 columns where 2 were expected"):
        kern("**kern **kern\n4c 4e\n4d\n*- *-")
    for text in ("", "no music", "**text\nla\n*-"):
        with pytest.raises(Wrong, match=r"a\.krn: "):
            kern(text)
