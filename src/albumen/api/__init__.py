"""The verbs of Albumen for Python: the same words as on the command line.

>>> import albumen, tempfile
>>> home = tempfile.mkdtemp()
>>> folder = albumen.new(f"{home}/album", title="Harbour", theme="ships at night", songs=1, composer="echo", sound="echo")
>>> albumen.make(folder.path, until="compose").songs[0].stages["compose"]
'done'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from albumen.api.album_verbs import demo, doctor, explain, make, new, planned, release, status
    from albumen.api.corpus_verbs import corpus_build, corpus_page
    from albumen.api.desk_verbs import edit, export, hear, keep, takes
    from albumen.api.model_verbs import evaluate, train
    from albumen.api.picture_verbs import cover_lint, family_tree, film, portrait, print_picture
    from albumen.api.verse_verbs import edit_poem, mark_poem, mark_text, poem

# Each verb and the file it lives in; loaded when it is used, so that `albumen status` need not load what poems need.
_HOMES = {
    "album_verbs": ("new", "make", "status", "explain", "doctor", "demo", "release", "planned"),
    "corpus_verbs": ("corpus_build", "corpus_page"),
    "desk_verbs": ("edit", "takes", "keep", "hear", "export"),
    "model_verbs": ("train", "evaluate"),
    "picture_verbs": ("cover_lint", "family_tree", "film", "portrait", "print_picture"),
    "verse_verbs": ("poem", "edit_poem", "mark_poem", "mark_text"),
}
_HOME_OF = {verb: home for home, verbs in _HOMES.items() for verb in verbs}

__all__ = [
    "corpus_build", "corpus_page", "cover_lint", "demo", "doctor", "edit", "edit_poem", "evaluate", "explain", "export",
    "family_tree", "film", "hear", "keep", "make", "mark_poem", "mark_text", "new", "planned", "poem", "portrait",
    "print_picture", "release", "status", "takes", "train",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'albumen.api' has no attribute {name!r}")
    return getattr(import_module(f"albumen.api.{_HOME_OF[name]}"), name)
