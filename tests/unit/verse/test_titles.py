"""Titles: of the theme, unlike each other, no phrase that everybody has had."""

import pytest

from albumen.models.verse.text import words_of
from albumen.verse.poet import Poet, open_poet
from albumen.verse.titles import phrases_of, titles_for
from albumen.work.seed import Seed

STYLES = ("electronic", "jazz-swing", "romantic", "waltz", "ambient", "folk-jig", "pop", "rock", "chamber")


@pytest.fixture(scope="module")
def poet() -> Poet:
    return open_poet()


@pytest.mark.parametrize("theme", ["blue eyes and purple lips; hand in hand", "the sea in winter", "", "Herbst in den Bergen"])
def test_titles_are_one_a_song_and_share_no_root(theme: str, poet: Poet) -> None:
    titles = titles_for(theme, STYLES, Seed(3), poet=poet)
    assert len(titles) == 9 and all(1 <= len(words_of(title)) <= 6 for title in titles)
    roots = [{int(poet.table.kin([number])[0]) for number in _told(title, poet)} for title in titles]
    assert not any(one & other for place, one in enumerate(roots) for other in roots[:place])


def _told(title: str, poet: Poet) -> list[int]:
    """The numbers of the words of a title that say something."""
    return [number for number in map(poet.table.vocabulary.number, words_of(title)) if poet.table.content[number]]


def test_titles_speak_of_the_theme(poet: Poet) -> None:
    def told(theme: str) -> list[int]:
        return [number for title in titles_for(theme, STYLES, Seed(5), poet=poet) for number in _told(title, poet)]

    sea, kitchen = told("ships at the harbour"), told("my grandmother cooking in the kitchen")
    towards = poet.associations.near(poet.associations.mean_of([poet.table.vocabulary.number("sea")]))
    assert towards[sea].mean() > towards[kitchen].mean() + 0.15


def test_the_same_seed_gives_the_same_titles(poet: Poet) -> None:
    assert titles_for("winter", STYLES, Seed(1), poet=poet) == titles_for("winter", STYLES, Seed(1), poet=poet)
    assert titles_for("winter", STYLES, Seed(1), poet=poet) != titles_for("winter", STYLES, Seed(2), poet=poet)


def test_titles_keep_clear_of_those_that_are_taken(poet: Poet) -> None:
    titles = titles_for("the sea in winter", STYLES, Seed(1), taken=("Winter Sea",), poet=poet)
    assert not {"sea", "winter", "seas", "winters"} & {word for title in titles for word in words_of(title)}


def test_stock_phrases_of_a_theme_are_no_titles(poet: Poet) -> None:
    stock = {"city lights", "midnight rain", "broken glass", "summer rain"}
    for seed in range(3):
        titles = titles_for("city lights; midnight rain; broken glass; summer rain", STYLES, Seed(seed), poet=poet)
        assert not stock & {title.casefold() for title in titles}


def test_phrases_end_where_the_words_do() -> None:
    assert phrases_of("a sleek metallic woman, love in vain") == ["Metallic Woman", "Love in Vain"]
    assert phrases_of("and so on; it is what it was") == []
