"""Plans: albums whose songs differ and belong together, songs whose forms close."""

import pytest

from albumen.album.brief import AlbumBrief, Brief
from albumen.album.plan import SongPlan, plan_text, read_plan
from albumen.compose.album_plan import plan_album
from albumen.compose.motif import contour, inverted, is_memorable, new_motif
from albumen.compose.song_plan import plan_song
from albumen.compose.style_file import style_names
from albumen.score.chord import Chord
from albumen.score.key import Key
from albumen.score.meter import Meter
from albumen.work.errors import Wrong
from albumen.work.seed import Seed

THEME = (
    "a sleek metallic woman with blue eyes and purple lips against the dark; "
    "passion made by a machine; machine and human hand in hand"
)
TITLES = ("One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


@pytest.mark.parametrize("seed", [0, 1, 2, 3, 4, 5])
def test_an_album_spreads_and_holds_together(seed: int) -> None:
    plan = plan_album(AlbumBrief(title="Machine-made Passion", theme=THEME, titles=TITLES, seed=seed))
    songs = plan.songs
    assert len(songs) == 9
    assert len({song.genre for song in songs}) >= 6
    assert len({song.key for song in songs}) >= 7
    assert len({song.title for song in songs}) == 9
    assert len({song.meter for song in songs}) >= 3
    assert {Key.parse(song.key).is_minor for song in songs} == {True, False}
    tempi = [song.tempo_bpm for song in songs]
    assert max(tempi) / min(tempi) > 1.7
    assert all(115 <= song.seconds <= 275 for song in songs)
    assert max(song.seconds for song in songs) - min(song.seconds for song in songs) > 40
    assert sum(song.motif == plan.motif and song.is_album_motif for song in songs) >= 3
    assert all(a.genre != b.genre for a, b in zip(songs, songs[1:], strict=False))


def test_the_same_brief_gives_the_same_album_and_another_seed_another() -> None:
    brief = AlbumBrief(title="x", theme=THEME, titles=TITLES, seed=3)
    assert plan_album(brief) == plan_album(brief)
    assert plan_album(brief).motif != plan_album(AlbumBrief(title="x", theme=THEME, titles=TITLES, seed=4)).motif


def test_asked_styles_and_titles_are_kept() -> None:
    plan = plan_album(AlbumBrief(title="x", songs=4, styles=("rock", "waltz"), titles=TITLES[:4], seed=1))
    assert sorted(song.style for song in plan.songs) == ["rock", "rock", "waltz", "waltz"]
    assert tuple(song.title for song in plan.songs) == TITLES[:4]


def test_every_song_needs_a_title() -> None:
    with pytest.raises(ValueError, match="4 songs need as many titles, got 2"):
        plan_album(AlbumBrief(title="x", songs=4, titles=TITLES[:2]))


@pytest.mark.parametrize("style", style_names())
def test_forms_begin_and_close(style: str) -> None:
    plan = plan_song(Brief(style=style, seed=11))
    last = plan.sections[-1]
    assert Chord.parse(last.chords[-1]).root == Key.parse(last.key).tonic, "a song ends on its tonic"
    heard: set[str] = set()
    for section in plan.sections:
        assert (section.repeat == "new") == (section.label not in heard)
        heard.add(section.label)
        assert section.band
    for first, again in [(a, b) for a in plan.sections for b in plan.sections if a.label == b.label]:
        assert first.chords == again.chords
    meter = Meter.parse(plan.meter)
    assert all(len(s.chords) == s.bars * meter.chord_slots() for s in plan.sections)


@pytest.mark.parametrize("seconds", [60.0, 150.0, 240.0])
def test_songs_last_about_as_long_as_asked(seconds: float) -> None:
    for style in ("pop", "chamber", "folk-jig", "ragtime"):
        assert plan_song(Brief(style=style, seconds=seconds, seed=2)).seconds == pytest.approx(seconds, rel=0.25)


def test_plans_read_back() -> None:
    plan = plan_album(AlbumBrief(title="x", theme=THEME, titles=TITLES, seed=5))
    assert read_plan(plan_text(plan)) == plan
    assert isinstance(read_plan(plan_text(plan.songs[0])), SongPlan)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('repeat = "new"', 'repeat = "sometimes"'),
        ("bars = 8", "bars = 7"),
        ('key = "', 'key = "H'),
        ("motif = ", "motiv = "),
    ],
)
def test_a_broken_plan_is_refused_with_its_place(old: str, new: str) -> None:
    text = plan_text(plan_song(Brief(style="pop", seed=1)))
    assert old in text
    with pytest.raises(Wrong, match="my-song"):
        read_plan(text.replace(old, new, 1), "my-song")


def test_the_asked_band_and_no_other() -> None:
    plan = plan_song(Brief(style="pop", band=("violin", "cello", "drums", "harp", "electric-bass"), seed=1))
    assert [part.id for part in plan.band] == ["violin", "cello", "drums", "harp", "electric-bass"]
    assert plan.part("violin").role == "melody"
    assert plan.part("electric-bass").role == "bass"
    assert plan.part("drums").is_drum


def test_a_lone_instrument_carries_the_tune() -> None:
    plan = plan_song(Brief(style="folk-air", band=("harp",), seed=1))
    assert [(part.id, part.role) for part in plan.band] == [("harp", "melody")]


def test_what_cannot_be_done_is_said() -> None:
    with pytest.raises(Wrong, match="kazoo"):
        plan_song(Brief(style="pop", band=("kazoo",)))
    with pytest.raises(Wrong, match="is written for 3/4"):
        plan_song(Brief(style="waltz", meter=Meter(4, 4)))
    with pytest.raises(Wrong, match="no style"):
        plan_song(Brief(style="zydeco"))
    with pytest.raises(Wrong, match="tempo_bpm"):
        Brief(tempo_bpm=1000)
    with pytest.raises(Wrong, match="no field called 'tempo'"):
        Brief.from_mapping({"tempo": 3})


def test_briefs_read_back() -> None:
    brief = Brief(
        title="x",
        style="rock",
        key=Key.parse("F#m"),
        meter=Meter(4, 4),
        tempo_bpm=120.0,
        band=("drums",),
        motif=(0, 1, 2),
        seed=4,
    )
    assert Brief.from_mapping(brief.as_mapping()) == brief


def test_motifs_have_a_face() -> None:
    for seed in range(40):
        motif = new_motif(Seed(seed).rng())
        assert is_memorable(motif)
        assert is_memorable(inverted(motif))
        moves = contour(motif, 12)
        assert moves[0] is None
        assert list(moves[1 : len(motif)]) == [b - a for a, b in zip(motif, motif[1:], strict=False)]
    assert not is_memorable((0, 1, 2, 3, 4))
    assert not is_memorable((0, 0, 0, 2))
