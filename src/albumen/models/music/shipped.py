"""The music model that comes with Albumen, as a composer back-end."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from albumen.models.music.run import FILES, digest
from albumen.models.music.writer import NetWriter, load_writer
from albumen.score.writing import WriteRequest, Written

FOLDER = Path(__file__).parents[2] / "weights" / "music"


class ModelWriter:
    """Writes with the shipped net, which is opened at the first request. Raises `Wrong` there if it is missing."""

    id = "model"
    version = "1"

    def write(self, request: WriteRequest, *, stop: Callable[[], bool] = lambda: False) -> list[Written]:
        """`request.takes` takes under the plan and the grammar."""
        return _opened(FOLDER).write(request, stop=stop)

    @staticmethod
    def weights_digest() -> str:
        """SHA-256 of the weights, so that songs are written anew when the net changes; empty where none is there."""
        return digest(FOLDER) if all((FOLDER / name).is_file() for name in FILES) else ""


@cache
def _opened(folder: Path) -> NetWriter:
    # One thread each: songs are composed side by side, one process a core.
    return load_writer(folder, threads=1)
