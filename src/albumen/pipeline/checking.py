"""Checking a release as a store and a label would: whole, loud as asked, told apart, covered, credited, owned."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from albumen.album.album import Album
from albumen.album.folder import AlbumFolder
from albumen.pipeline.mastering import master_of
from albumen.pipeline.pictures import COVER_JPEG, COVER_PNG, cover_layout, pictures_of
from albumen.press.release_folder import SUMS, file_name, verify_checksums
from albumen.sound.master import profile_of
from albumen.work.digest import digest_file
from albumen.work.errors import Wrong
from albumen.work.record import Record

if TYPE_CHECKING:
    from albumen.art.layout import Page
    from albumen.art.lint import Fault

_LOUDNESS_TOLERANCE_LU = 0.3
_SHORTEST_SECONDS = 30.0  # what most stores take as a song of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One thing looked at: `ok`, a `note` that a person should read, or a `fault` that a store would send back."""

    kind: Literal["ok", "note", "fault"]
    sentence: str

    def as_mapping(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


def check_release(folder: AlbumFolder) -> tuple[Checked, ...]:
    """Everything that was looked at, faults and all. Raises `Wrong` where there is no release yet."""
    album = folder.read()
    if not (folder.release / SUMS).is_file():
        raise Wrong("there is no release yet", where=folder.release, next_step="run `albumen make` first")
    master = master_of(folder, album)
    return (*_files(folder), *_audio(album, master), *_cover(folder, album), *_words(album))


def _files(folder: AlbumFolder) -> list[Checked]:
    bad = verify_checksums(folder.release)
    count = len((folder.release / SUMS).read_text("utf-8").splitlines())
    if bad:
        return [Checked(kind="fault", sentence=f"{len(bad)} of {count} files are missing or changed, such as {bad[0]}")]
    return [Checked(kind="ok", sentence=f"all {count} files are whole")]


def _audio(album: Album, master: Record | None) -> list[Checked]:
    if master is None:
        return [Checked(kind="note", sentence="songs were changed since the release was built; run `albumen make`")]
    cuts = master.facts["cuts"]
    found = []
    loudest = max(cut["loudness_lufs"] for cut in cuts.values())
    profile = profile_of(album.loudness)
    off = abs(loudest - profile.loudest_lufs) > _LOUDNESS_TOLERANCE_LU
    what = f"the loudest song has {loudest:.1f} LUFS, asked were {profile.loudest_lufs:.1f}"
    found.append(Checked(kind="note" if off else "ok", sentence=what))
    peak = max(cut["true_peak_dbtp"] for cut in cuts.values())
    too_high = peak > profile.ceiling_dbtp + 0.05
    found.append(Checked(kind="fault" if too_high else "ok", sentence=f"the highest true peak is {peak:.2f} dBTP"))
    for song in album.songs:
        seconds = cuts[song.slug]["frames"] / 44_100
        if seconds < _SHORTEST_SECONDS:
            found.append(Checked(kind="note", sentence=f"{song.title} lasts {seconds:.0f} s; some stores want 30 or more"))
    return found


def _cover(folder: AlbumFolder, album: Album) -> list[Checked]:
    """The cover in both its files, the songs' covers and the promotional pictures."""
    from albumen.art.lint import lint_cover, lint_promo

    page = _layout(folder, album)
    found: list[tuple[str, list[Fault]]] = []
    for name in (COVER_JPEG, COVER_PNG):
        faults = lint_cover(folder.release / name, title=album.title, artist=album.artist, page=page)
        found.append((name, faults))
        page = None  # both show one layout, of which one sentence is enough
    for number, song in enumerate(album.songs, start=1):
        name = f"covers/{number:02d} {file_name(song.title)}.jpg"
        found.append((name, lint_cover(folder.release / name, title=song.title, artist=album.artist)))
    for path in sorted((folder.release / "promo").glob("*.jpg")):
        found.append((f"promo/{path.name}", lint_promo(path)))
    # What the words of the album break is broken in each file; it is said once.
    told = dict.fromkeys(
        fault.sentence if fault.rule == "words" else f"{name}: {fault.sentence}" for name, faults in found for fault in faults
    )
    if told:
        return [Checked(kind="fault", sentence=sentence) for sentence in told]
    return [Checked(kind="ok", sentence=f"the cover and {len(found) - 1} pictures beside it keep every rule of the stores")]


def _layout(folder: AlbumFolder, album: Album) -> Page | None:
    """Where the type stands on the cover and how it reads; None where the cover is not the one of the album as it is."""
    pictures, cover = pictures_of(folder, album), folder.release / COVER_JPEG
    if pictures is None or not cover.is_file() or digest_file(cover) != pictures.cover.outputs[COVER_JPEG]:
        return None
    return cover_layout(folder, album)


def _words(album: Album) -> list[Checked]:
    wanted = (
        (bool(album.artist), "the album names its artist", "the album names no artist: `artist` in album.toml"),
        (bool(album.rights.holder), "the owner of the rights is stated", "nobody owns it yet: `holder` under [rights]"),
        (bool(album.rights.year), "the year is stated", "the year is not stated yet: `year` under [rights]"),
        (bool(album.credits), "people are credited", "no person is credited: add [[credits]] if people took part"),
    )
    return [Checked(kind="ok" if is_there else "note", sentence=well if is_there else ill) for is_there, well, ill in wanted]
