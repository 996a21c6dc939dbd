"""The folder of a user's own diffusion model, as diffusers saves one: where it is, whether it is safe to read, its digest."""

from __future__ import annotations

import json
import os
from pathlib import Path

from albumen.work.digest import digest_bytes, digest_of
from albumen.work.errors import Missing, Wrong

VARIABLE = "ALBUMEN_DIFFUSION"
INDEX = "model_index.json"
_ENDS = 1_000_000  # bytes
_UNSAFE = (".bin", ".ckpt", ".pt", ".pth", ".pkl", ".msgpack")


def model_folder() -> Path:
    """The folder that ALBUMEN_DIFFUSION names, checked.

    Raises `Missing` where it is not set or not there, `Wrong` where it is no pipeline of diffusers in safetensors.
    """
    named = os.environ.get(VARIABLE, "")
    if not named:
        raise Missing(
            "no diffusion model is named", next_step=f"set {VARIABLE} to the folder of your model, or choose another painter"
        )
    folder = Path(named).expanduser()
    if not folder.is_dir():
        raise Missing("this folder of a diffusion model does not exist", where=folder, next_step=f"correct {VARIABLE}")
    return checked(folder)


def checked(folder: Path) -> Path:
    """The folder, if it holds a pipeline whose weights are all safetensors and whose code comes from diffusers alone."""
    index = folder / INDEX
    try:
        parts = json.loads(index.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        what = f"this is no pipeline of diffusers, which has a readable {INDEX} ({error})"
        raise Wrong(what, where=folder, next_step="save the model with `save_pretrained` of diffusers") from error
    if not isinstance(parts, dict) or any(folder.rglob("*.py")):
        raise Wrong("this model brings code of its own, which is never run", where=folder)
    if not weight_files(folder):
        unsafe = sorted(path.name for path in folder.rglob("*") if path.suffix in _UNSAFE)
        what = f"only {unsafe[0]} and the like, which may hold code" if unsafe else "no weights"
        raise Wrong(f"this model has {what}", where=folder, next_step="save it with `safe_serialization=True`")
    return folder


def weight_files(folder: Path) -> list[Path]:
    """The weights, in order."""
    return sorted(folder.rglob("*.safetensors"))


def folder_digest(folder: Path) -> str:
    """What names the model: its settings, and size, beginning and end of each file of weights, since whole ones take long."""
    settings = {path.relative_to(folder).as_posix(): digest_bytes(path.read_bytes()) for path in sorted(folder.rglob("*.json"))}
    weights = {}
    for path in weight_files(folder):
        size = path.stat().st_size
        with path.open("rb") as file:
            first = file.read(_ENDS)
            file.seek(max(0, size - _ENDS))
            weights[path.relative_to(folder).as_posix()] = [size, digest_bytes(first), digest_bytes(file.read())]
    return digest_of({"settings": settings, "weights": weights})
