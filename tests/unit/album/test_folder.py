from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from albumen.album.album import Album, Loudness
from albumen.album.album_file import write_order
from albumen.album.brief import Brief
from albumen.album.edits_file import LoggedEdit, append_edit, read_edits
from albumen.album.folder import AlbumFolder, start_album
from albumen.album.formats import bring_up
from albumen.album.lock_file import Made
from albumen.album.rights import Rights
from albumen.album.segue import SegueWish
from albumen.album.song import Song, is_slug, slug_of
from albumen.score.key import Key
from albumen.work.digest import digest_bytes
from albumen.work.errors import Broken, Wrong

ALBUM = Album(
    title='Harbour "at night"',
    artist="Ada",
    theme="ships\nand lights",
    seed=7,
    wanted=2,
    styles=("folk", "waltz"),
    loudness=Loudness(target_lufs=-16.0),
    rights=Rights(holder="Ada", year=2026),
)


@pytest.fixture
def folder(tmp_path: Path) -> AlbumFolder:
    return start_album(tmp_path / "my-album", ALBUM)


def song(title: str, **wanted: object) -> Song:
    return Song(slug=slug_of(title), brief=Brief(title=title, **wanted))  # type: ignore[arg-type]


def test_a_new_album_reads_back(folder: AlbumFolder) -> None:
    assert folder.read() == ALBUM


def test_pins_segues_and_the_master_s_wishes_are_read(folder: AlbumFolder) -> None:
    page = folder.page.read_text().replace("[rights]", '[pins]\namber = 2\n[segues.amber]\nkind = "overlap"\n[rights]')
    page = page.replace('# also = ["cd", "vinyl"]', 'also = ["cd"]')
    folder.page.write_text(page.replace('# reference = "record.wav"', 'reference = "mine.flac"'))
    album = folder.read()
    assert album.pins == {"amber": 2} and album.segues == {"amber": SegueWish(kind="overlap")}
    assert album.loudness == Loudness(target_lufs=-16.0, reference="mine.flac", also=("cd",))


def test_songs_come_in_running_order(folder: AlbumFolder) -> None:
    songs = (song("Zinc", key=Key.parse("Eb"), tempo_bpm=96.0), song("Amber"))
    for each in songs:
        folder.write_song(each)
    assert [each.slug for each in folder.read().songs] == ["amber", "zinc"]
    write_order(folder.page, ["zinc"])
    assert folder.read().songs == songs


def test_comments_survive_a_change_of_order(folder: AlbumFolder) -> None:
    text = folder.page.read_text().replace("seed = 7", "seed = 7  # my lucky one")
    folder.page.write_text(text)
    folder.write_song(song("Amber"))
    write_order(folder.page, ["amber"])
    after = folder.page.read_text()
    assert "# my lucky one" in after
    assert [line for line in after.splitlines() if "order" not in line] == [
        line for line in text.splitlines() if "order" not in line
    ]


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ("format = 1", "format = 2", "newer Albumen"),
        ("format = 1\n", "", "expected `format = 1`"),
        ("seed = 7", 'seed = "seven"', "seed: expected a whole number, got 'seven'"),
        ("seed = 7", "sede = 7", "no field called 'sede'"),
        ("seed = 7", "seed = ", "not TOML in line 7"),
        ("target_lufs = -16.0", "target_lufs = 3", "target_lufs lies in -40..-5"),
        ("order = []", 'order = ["../../etc"]', "a-z, 0-9 and single hyphens"),
        ("order = []", 'order = ["amber"]', "there is no songs/amber/song.toml"),
        ('profile = "streaming"', 'profile = "tape"', "profile is one of streaming, loud, vinyl, cd"),
        ('# also = ["cd", "vinyl"]', 'also = ["streaming"]', "each further profile is named once, got streaming, streaming"),
        ('# also = ["cd", "vinyl"]', 'also = ["tape"]', "profile is one of streaming, loud, vinyl, cd, got 'tape'"),
        ('# also = ["cd", "vinyl"]', "also = [3]", "expected a list of texts"),
        ("[rights]", "[pins]\namber = true\n[rights]", "pins: amber is pinned to a place such as 1, got True"),
        ("[rights]", '[segues.amber]\nkind = "jump"\n[rights]', "a segue is one of breath, overlap"),
        ("[rights]", "[segues]\namber = 3\n[rights]", "expected a table with a kind"),
        ("year = 2026", "year = 26", "a year is written like 2026"),
        ('styles = ["folk", "waltz"]', "styles = [1]", "expected a list of texts"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(folder: AlbumFolder, before: str, after: str, sentence: str) -> None:
    text = folder.page.read_text()
    assert before in text
    folder.page.write_text(text.replace(before, after))
    with pytest.raises(Wrong, match="album.toml") as caught:
        folder.read()
    assert sentence in caught.value.sentence()


def test_a_wrong_song_page_is_said_with_its_place(folder: AlbumFolder) -> None:
    folder.write_song(song("Amber"))
    page = folder.song_folder("amber") / "song.toml"
    page.write_text(page.read_text().replace('# key = "Eb"', 'key = "H"'))
    with pytest.raises(Wrong, match=r"songs/amber/song\.toml: brief: key: a key is written like Eb"):
        folder.read()


def test_no_album_and_twice_an_album_are_wrong(tmp_path: Path, folder: AlbumFolder) -> None:
    with pytest.raises(Wrong, match="albumen new"):
        AlbumFolder(tmp_path).read()
    with pytest.raises(Wrong, match="already"):
        start_album(folder.path, ALBUM)
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.png").write_bytes(b"")
    with pytest.raises(Wrong, match="not empty"):
        start_album(tmp_path / "photos", ALBUM)


def test_a_machine_made_file_is_known_until_a_person_changes_it(folder: AlbumFolder, tmp_path: Path) -> None:
    score = tmp_path / "score.json"
    files = {"score.json": score}
    made = Made(key="k", version=1, digests={"score.json": digest_bytes(b"one")})
    assert folder.is_untouched("compose/amber", files)
    folder.exchange("compose/amber", made, files, lambda name, path: path.write_bytes(b"one"))
    assert folder.is_untouched("compose/amber", files)
    assert folder.made()["compose/amber"] == made
    score.write_bytes(b"mine")
    assert not folder.is_untouched("compose/amber", files)


@pytest.mark.parametrize("written", [False, True])
def test_a_crash_during_an_exchange_leaves_no_false_person(folder: AlbumFolder, tmp_path: Path, written: bool) -> None:
    score = tmp_path / "score.json"
    files = {"score.json": score}
    one = Made(key="k1", version=1, digests={"score.json": digest_bytes(b"one")})
    two = Made(key="k2", version=1, digests={"score.json": digest_bytes(b"two")})
    folder.exchange("compose/amber", one, files, lambda name, path: path.write_bytes(b"one"))

    def crash(name: str, path: Path) -> None:
        if written:
            path.write_bytes(b"two")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        folder.exchange("compose/amber", two, files, crash)
    assert folder.is_untouched("compose/amber", files)


def test_a_damaged_lock_is_never_guessed_at(folder: AlbumFolder) -> None:
    folder.lock.write_text('{"format": 1, "stages"')
    with pytest.raises(Broken, match=r"album\.lock"):
        folder.made()


def test_the_ledger_only_grows_and_survives_a_torn_line(folder: AlbumFolder) -> None:
    path = folder.edits("amber")
    edit = LoggedEdit(
        who="Ada", when=datetime(2026, 1, 2, 3, 4, tzinfo=UTC), edit={"tempo": 96}, inverse={"tempo": 104}
    )
    append_edit(path, edit)
    with path.open("a") as handle:
        handle.write('{"who": "Ada", "wh')
    append_edit(path, edit)
    assert read_edits(path) == [edit, edit]
    path.write_text(path.read_text() + "[1]\n")
    with pytest.raises(Broken, match="line 4"):
        read_edits(path)


def test_migrations_run_in_order() -> None:
    document: dict[str, object] = {"format": 1, "name": "a"}
    steps = {1: lambda d: d.update(title=d.pop("name")), 2: lambda d: d.update(title=d["title"] + "!")}
    assert bring_up(document, Path("x"), newest=3, migrations=steps)
    assert document == {"format": 3, "title": "a!"}
    assert not bring_up(document, Path("x"), newest=3, migrations=steps)


@given(st.text(max_size=100), st.sets(st.sampled_from(["song", "song-2", "a", "night"])))
def test_every_title_has_a_folder_name(title: str, taken: set[str]) -> None:
    slug = slug_of(title, taken)
    assert is_slug(slug) and slug not in taken


@given(st.lists(st.text(alphabet="ab", max_size=3), max_size=12))
def test_folder_names_never_meet(titles: list[str]) -> None:
    slugs: list[str] = []
    for title in titles:
        slugs.append(slug_of(title, slugs))
    assert len(set(slugs)) == len(titles)


@pytest.mark.parametrize(
    ("text", "says"), [("x" * 500, "500 characters"), ("a\\nb", "one plain line"), ("a\\u202eb", "one plain line"), (" ", "")]
)
def test_titles_that_no_cover_can_show_are_refused_with_file_and_key(folder: AlbumFolder, text: str, says: str) -> None:
    page = folder.page.read_text()
    kept = [line for line in page.splitlines() if not line.startswith("title =")]
    folder.page.write_text("\n".join([f'title = "{text}"', *kept]))
    with pytest.raises(Wrong, match=f"album.toml.*title.*{says}"):
        folder.read()
    folder.page.write_text(page)
    folder.write_song(song("Amber"))
    path = folder.song_folder("amber") / "song.toml"
    path.write_text(path.read_text().replace('title = "Amber"', f'title = "{text}"'))
    with pytest.raises(Wrong, match=f"song.toml: brief: title: .*{says}"):
        folder.read()
