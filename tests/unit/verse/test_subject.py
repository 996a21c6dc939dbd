"""What a poem is about: common, modern and joined words find words of the poet's own."""

from __future__ import annotations

from collections import Counter
from importlib import resources

import numpy as np
import pytest

from albumen.verse.poem import write_poem
from albumen.verse.poet import Poet, open_poet
from albumen.verse.remarks import remarks_on
from albumen.verse.subject import direction_of, modern, of_colour, subject_of
from albumen.verse.theme import PoemBrief, plan_poem
from albumen.work.seed import Seed


def named(text: str) -> list[str]:
    table = open_poet().table
    return [table.vocabulary.tokens[number] for number in subject_of(text, table).words]


@pytest.mark.parametrize("word", "love day night heart soul life death sea light time world earth god man eyes".split())
def test_the_commonest_subjects_are_subjects(word: str) -> None:
    assert named(f"The {word}") == [word]


@pytest.mark.parametrize(("subject", "near"), [
    ("sea", "gulls ships sail sailors"), ("night", "starless moonless"), ("death", "dying doom"), ("love", "beloved loved lover"),
])  # fmt: skip
def test_a_common_subject_calls_up_what_goes_with_it(subject: str, near: str) -> None:
    poet = open_poet()
    number = poet.table.vocabulary.number
    nearness = poet.associations.near(poet.associations.mean_of([number(subject)]))
    others = [float(nearness[number(word)]) for word in "primrose butterflies teapot blacksmith".split()]
    assert min(float(nearness[number(word)]) for word in near.split()) > max(others)


def test_modern_things_are_told_in_words_of_the_poet() -> None:
    assert {"machine", "wires"} <= set(named("Computer"))
    assert named("bicycles") == named("bicycle") != []
    assert named("Sunflower") == ["sun", "flower"]
    assert named("Lanterns and rain") == ["lanterns", "rain"]


def test_what_modern_things_call_up_is_known_and_no_name_stands_twice() -> None:
    table = open_poet().table
    for name, words in modern().items():
        assert words, name
        assert all(table.subject[table.vocabulary.number(word)] for word in words), name
    lines = resources.files("albumen.verse").joinpath("modern.txt").read_text("utf-8").splitlines()
    names = Counter(name for line in lines if not line.startswith("#") for name in line.partition(":")[0].split())
    assert [name for name, count in names.items() if count > 1] == []


def test_words_that_mean_nothing_to_the_poet_are_named() -> None:
    found = subject_of("Zephyrus qwrt of the sea", open_poet().table)
    assert found.unknown == ("zephyrus", "qwrt")
    assert named("Zephyrus qwrt of the sea") == ["sea"]


@pytest.mark.parametrize("title", ["Sea", "Computer", "Night and Day"])
def test_a_poem_speaks_of_its_subject(title: str) -> None:
    poet = open_poet()
    plan = plan_poem(PoemBrief(title=title), 3, poet.table, poet.associations, Seed(1))
    subject = set(subject_of(title, poet.table).words)
    assert all(subject & set(images) for images in plan.images)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_images_lie_near_the_theme_and_share_no_root(seed: int) -> None:
    poet = open_poet()
    table = poet.table
    plan = plan_poem(PoemBrief(theme="ships at the harbour"), 4, table, poet.associations, Seed(seed))
    images = [word for images in plan.images for word in images if word not in plan.subject]
    nearness = poet.associations.near(poet.associations.mean_of(list(plan.subject)))
    assert len(images) >= 8 and nearness[images].min() > np.quantile(nearness[table.content], 0.98)
    assert len({int(table.kin([word])[0]) for word in (*plan.subject, *images)}) == len(plan.subject) + len(images)
    assert not any("'" in table.vocabulary.tokens[word] for word in images)


def test_the_rarest_word_of_a_theme_leads() -> None:
    poet = open_poet()
    number = poet.table.vocabulary.number
    subject = subject_of("machines that learn to love", poet.table).words
    towards = poet.associations.near(direction_of(subject, poet.table, poet.associations))
    assert towards[number("machines")] > max(towards[number("learn")], towards[number("love")])


def test_what_the_poet_cannot_use_is_told(poet: Poet) -> None:
    def remarks(**told: str) -> str:
        return " / ".join(remarks_on(write_poem(PoemBrief(form="haiku", **told), Seed(1), poet=poet), poet=poet))

    assert remarks(title="Zephyrus Qwrt") == "the poet has no word for 'zephyrus', 'qwrt': the poem goes by its mood alone"
    assert remarks(title="Zephyrus Sea").endswith("goes by the other words")
    assert "name no thing" in remarks(title="Into the")
    assert remarks(title="Winter Sea") == ""
    assert "does not scan" in remarks(title="Sea", first_line="A line of far too many syllables for a haiku")


def test_a_colour_that_is_named_does_not_bring_all_others(poet: Poet) -> None:
    brief = PoemBrief(theme="a sleek metallic woman with blue eyes and purple lips against the dark")
    plan = plan_poem(brief, 3, poet.table, poet.associations, Seed(4))
    colours = of_colour(poet.table)
    named = {poet.table.vocabulary.number(word) for word in ("blue", "purple")}
    assert colours.sum() > 20 and {word for words in plan.images for word in words if colours[word]} <= named
    assert plan.nearness[colours].max() < 0.35 < plan.nearness[poet.table.vocabulary.number("cheek")]
