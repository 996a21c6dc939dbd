"""Tags: what a player shows of a file. Vorbis comments for FLAC and Opus, ID3 for MP3; WAV stays untagged, as stores ask."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mutagen import MutagenError
from mutagen.flac import FLAC, Picture
from mutagen.id3 import (
    APIC,
    COMM,
    ID3,
    TALB,
    TBPM,
    TCOM,
    TCON,
    TCOP,
    TDRC,
    TIT2,
    TKEY,
    TPE1,
    TPE2,
    TPOS,
    TRCK,
    TSRC,
    Frames,
)
from mutagen.oggopus import OggOpus

from albumen.work.errors import Wrong
from albumen.work.files import replacing

REPLAYGAIN_REFERENCE_LUFS = -18.0
OPUS_REFERENCE_LUFS = -23.0
_USER_TEXT = Frames["T" + 3 * "X"]  # the frame of ID3 for fields that it has no name for


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayGain:
    """Loudness and peak of the song and of the album, from which players level; peaks as fractions of full scale."""

    song_lufs: float
    song_peak: float
    album_lufs: float
    album_peak: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tags:
    """What is known of one song of the album. Empty fields are not written."""

    title: str
    artist: str
    album: str
    number: int
    total: int
    year: int = 0
    genre: str = ""
    composer: str = ""
    copyright: str = ""
    comment: str = ""
    isrc: str = ""
    key: str = ""
    bpm: int = 0
    gain: ReplayGain | None = None
    cover: Path | None = None


def write_tags(path: Path, tags: Tags) -> None:
    """Write the tags into a FLAC, Opus or MP3 file, in one step; what was tagged before is gone.

    Raises `Wrong` where the file is of another kind or damaged.
    """
    kinds = {".flac": _tag_flac, ".opus": _tag_opus, ".mp3": _tag_mp3}
    if path.suffix not in kinds:
        raise Wrong("tags go into FLAC, Opus and MP3 files", where=path, next_step="leave other files untagged")
    cover = _cover(tags.cover)
    try:
        with replacing(path) as temporary:
            temporary.write_bytes(path.read_bytes())
            kinds[path.suffix](temporary, tags, cover)
    except MutagenError as error:
        raise Wrong("this file could not be tagged", where=path, next_step="make it again") from error


def vorbis_comments(tags: Tags) -> dict[str, str]:
    """The tags by their Vorbis names, without ReplayGain."""
    named = {
        "TITLE": tags.title,
        "ARTIST": tags.artist,
        "ALBUMARTIST": tags.artist,
        "ALBUM": tags.album,
        "TRACKNUMBER": str(tags.number),
        "TRACKTOTAL": str(tags.total),
        "DISCNUMBER": "1",
        "DATE": str(tags.year or ""),
        "GENRE": tags.genre,
        "COMPOSER": tags.composer,
        "COPYRIGHT": tags.copyright,
        "DESCRIPTION": tags.comment,
        "ISRC": tags.isrc,
        "INITIALKEY": tags.key,
        "BPM": str(tags.bpm or ""),
    }
    return {name: value for name, value in named.items() if value}


def replaygain_fields(gain: ReplayGain | None) -> dict[str, str]:
    """ReplayGain 2.0 fields: gain to -18 LUFS, for the song and for the whole album."""
    if gain is None:
        return {}
    return {
        "REPLAYGAIN_TRACK_GAIN": f"{REPLAYGAIN_REFERENCE_LUFS - gain.song_lufs:.2f} dB",
        "REPLAYGAIN_TRACK_PEAK": f"{gain.song_peak:.6f}",
        "REPLAYGAIN_ALBUM_GAIN": f"{REPLAYGAIN_REFERENCE_LUFS - gain.album_lufs:.2f} dB",
        "REPLAYGAIN_ALBUM_PEAK": f"{gain.album_peak:.6f}",
    }


def _cover(path: Path | None) -> tuple[str, bytes] | None:
    if path is None:
        return None
    data = path.read_bytes()
    kinds = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg"}
    for start, kind in kinds.items():
        if data.startswith(start):
            return kind, data
    raise Wrong("a cover in tags is a PNG or JPEG picture", where=path, next_step="choose another picture")


def _tag_flac(path: Path, tags: Tags, cover: tuple[str, bytes] | None) -> None:
    audio = FLAC(path)
    audio.delete()
    audio.clear_pictures()
    for name, value in {**vorbis_comments(tags), **replaygain_fields(tags.gain)}.items():
        audio[name] = value
    if cover:
        picture = Picture()
        picture.type, picture.mime, picture.data, picture.desc = 3, cover[0], cover[1], "Front cover"
        audio.add_picture(picture)
    audio.save()


def _tag_opus(path: Path, tags: Tags, cover: tuple[str, bytes] | None) -> None:
    # Opus levels by R128 gains of its own (RFC 7845); pictures stay out, since they would bloat every Ogg page.
    audio = OggOpus(path)
    audio.delete()
    for name, value in vorbis_comments(tags).items():
        audio[name] = value
    if tags.gain:
        audio["R128_TRACK_GAIN"] = str(round(256 * (OPUS_REFERENCE_LUFS - tags.gain.song_lufs)))
        audio["R128_ALBUM_GAIN"] = str(round(256 * (OPUS_REFERENCE_LUFS - tags.gain.album_lufs)))
    audio.save()


def _tag_mp3(path: Path, tags: Tags, cover: tuple[str, bytes] | None) -> None:
    texts = {
        TIT2: tags.title,
        TPE1: tags.artist,
        TPE2: tags.artist,
        TALB: tags.album,
        TRCK: f"{tags.number}/{tags.total}",
        TPOS: "1/1",
        TDRC: str(tags.year or ""),
        TCON: tags.genre,
        TCOM: tags.composer,
        TCOP: tags.copyright,
        TSRC: tags.isrc,
        TKEY: tags.key,
        TBPM: str(tags.bpm or ""),
    }
    frames = ID3()
    for frame, value in texts.items():
        if value:
            frames.add(frame(encoding=3, text=[value]))
    if tags.comment:
        frames.add(COMM(encoding=3, lang="eng", desc="", text=[tags.comment]))
    for name, value in replaygain_fields(tags.gain).items():
        frames.add(_USER_TEXT(encoding=3, desc=name, text=[value]))
    if cover:
        frames.add(APIC(encoding=0, mime=cover[0], type=3, desc="Front cover", data=cover[1]))
    # Version 2.3 is read by every player there is.
    frames.update_to_v23()
    frames.save(path, v2_version=3)
