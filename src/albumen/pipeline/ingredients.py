"""What went into an album besides people: models, the data they learned from, sounds, programs, each with its licence."""

from __future__ import annotations

from pathlib import Path

from albumen import __version__
from albumen.album.album import Album
from albumen.album.folder import AlbumFolder
from albumen.pipeline.composing import compose_name
from albumen.pipeline.pictures import COVER_NAME
from albumen.pipeline.poems import poem_name
from albumen.press.credits import Ingredient, ingredients_of_card
from albumen.work.plugins import load

_PROGRAM = Ingredient(kind="program", name=f"Albumen {__version__}", licence="GPL-3.0-or-later")
_SYNTHESIZER = Ingredient(kind="program", name="FluidSynth", licence="LGPL-2.1-or-later")
_WEIGHTS = Path(__file__).parents[1] / "weights"
_SOUND_LICENCES = {
    "FluidR3_GM.sf2": ("Fluid (R3) General MIDI SoundFont", "MIT"),
    "patches": ("Albumen's patches and electronic voices, played by Faust and DawDreamer", "GPL-3.0-or-later"),
}


def album_ingredients(folder: AlbumFolder, album: Album) -> tuple[Ingredient, ...]:
    """Everything that the album was made with, as far as its songs used it."""
    found: list[Ingredient] = []
    if _used_model(folder, album):
        for card in sorted(_WEIGHTS.glob("music*/card.toml")):
            found += ingredients_of_card(card)
    if _used_poet(folder, album):
        found += ingredients_of_card(_WEIGHTS / "verse" / "card.toml")
    if net := painting_net(folder):
        found += ingredients_of_card(_WEIGHTS / net / "card.toml")
    found += [Ingredient(kind="font", name=name, licence=licence) for name, licence in _fonts(folder)]
    instruments = load("instruments", album.sound)
    for name, digest in instruments().materials().items():
        title, licence = _SOUND_LICENCES.get(name, (name, "as stated by whoever gave it out"))
        found.append(Ingredient(kind="sound", name=title, licence=licence, digest=digest))
    if instruments.id == "fluidsynth":
        found.append(_SYNTHESIZER)
    return (*found, _PROGRAM)


def _used_poet(folder: AlbumFolder, album: Album) -> bool:
    made = folder.made()
    names = [poem_name(""), *(poem_name(song.slug) for song in album.songs)]
    return any(name in made and made[name].facts.get("poet") == "albumen" for name in names)


def painting_net(folder: AlbumFolder) -> str:
    """The net that painted on the cover (`portraits`, `portraits_grounds`), empty where none did."""
    made = folder.made().get(COVER_NAME)
    if made is None or made.facts.get("painter") != "albumen":
        return ""
    # Covers from before there were two nets name the engine only.
    return str(made.facts.get("net", "portraits" if made.facts.get("engine") == "portrait" else ""))


def _fonts(folder: AlbumFolder) -> list[tuple[str, str]]:
    made = folder.made().get(COVER_NAME)
    return [(str(name), str(licence)) for name, licence in (made.facts.get("fonts", ()) if made else ())]


def _used_model(folder: AlbumFolder, album: Album) -> bool:
    made = folder.made()
    return any(
        "model" in made[name].facts.get("writers", ()) for song in album.songs if (name := compose_name(song.slug)) in made
    )
