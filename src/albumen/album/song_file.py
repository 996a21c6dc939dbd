"""`song.toml`: what is wanted of one song."""

from __future__ import annotations

from pathlib import Path

import tomlkit

from albumen.album.brief import Brief
from albumen.album.song import Song
from albumen.album.toml_file import checked, read_toml
from albumen.work.errors import Wrong
from albumen.work.files import write_text

_TEXT = """\
# What is wanted of this song. Take the mark # away from a line and change it: the song is planned and written anew,
# unless you have changed its notes by hand.
format = 1

[brief]
{brief}
{open}"""
_EXAMPLES = (
    ("style", '"waltz"'),
    ("key", '"Eb"'),
    ("meter", '"3/4"'),
    ("tempo_bpm", "96"),
    ("seconds", "180"),
    ("band", '["violin", "piano"]'),
    ("energy", "0.4"),
    ("motif", "[0, 2, 4, 2]"),
    ("theme", '"lights over the water"'),
    ("seed", "1"),
)


def write_new(path: Path, song: Song) -> None:
    """Write the page of a new song: what its brief says, and the rest as examples."""
    said = song.brief.as_mapping()
    brief = "\n".join(f"{name} = {tomlkit.item(value).as_string()}" for name, value in said.items())
    hints = "\n".join(f"# {name} = {example}" for name, example in _EXAMPLES if name not in said)
    write_text(path, _TEXT.format(brief=brief, open=hints) + "\n")


def read_song(path: Path, slug: str) -> Song:
    """The song whose page is `path`; raises `Wrong` with the place of what cannot be read."""
    document = checked(read_toml(path), {"format": int, "brief": dict}, str(path))
    brief = Brief.from_mapping(document.get("brief", {}), f"{path}: brief")
    try:
        return Song(slug=slug, brief=brief)
    except ValueError as error:
        raise Wrong(str(error), where=path) from error
