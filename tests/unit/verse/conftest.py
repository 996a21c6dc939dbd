"""The poet that ships with Albumen, loaded once, and one short poem that many tests read."""

from __future__ import annotations

import pytest

from albumen.verse.finished import Poem
from albumen.verse.poem import write_poem
from albumen.verse.poet import Poet, open_poet
from albumen.verse.theme import PoemBrief
from albumen.work.seed import Seed


@pytest.fixture(scope="session")
def poet() -> Poet:
    return open_poet()


@pytest.fixture(scope="session")
def triolet(poet: Poet) -> Poem:
    brief = PoemBrief(
        title="Harbour Lights", theme="boats at night", genre="folk", key="D minor", tempo_bpm=84, form="triolet"
    )
    return write_poem(brief, Seed(11), poet=poet)
