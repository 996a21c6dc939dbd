"""Pages of poems, the little grammar, and the world a style lives in."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from albumen.models.verse.text import tokens_of, words_of
from albumen.verse import leanings
from albumen.verse.decoder import CLOSING_MARKS, END_MARKS, Asked
from albumen.verse.draft import Draft
from albumen.verse.finished import Poem
from albumen.verse.forms import load_form
from albumen.verse.kin import families_of, root_of
from albumen.verse.leanings import HEADS, LINE_END, read_leanings
from albumen.verse.page import PoemPage, read_page
from albumen.verse.poet import Poet
from albumen.verse.syntax import AT_REST
from albumen.verse.theme import PoemBrief
from albumen.work.seed import Seed

words = st.text("abcdefg ,'", min_size=1, max_size=30).map(lambda text: " ".join(text.split())).filter(lambda text: text)
stanzas = st.lists(st.lists(words, min_size=1, max_size=5).map(tuple), min_size=1, max_size=4).map(tuple)


@given(title=words, stanzas=stanzas, form=st.sampled_from(["", "Ballad"]))
def test_a_page_reads_back_as_it_was(title: str, stanzas: tuple[tuple[str, ...], ...], form: str) -> None:
    page = PoemPage(title=title, stanzas=stanzas, form=form)
    assert read_page(page.markdown()) == page


def test_a_persons_own_way_of_writing_is_read() -> None:
    page = read_page("\n\nDer Mond ist aufgegangen,\\\nDie goldnen Sternlein prangen\n\n\n\nAm Himmel\n", "Abendlied")
    assert page.title == "Abendlied" and page.lines[-1] == "Am Himmel" and len(page.stanzas) == 2
    assert read_page("", "Nothing").lines == ()


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ("She walked along the river bank.", "Along the river and the bank."),
        ("The evening fell upon the town,", "Which in the evening of the town,"),
        ("The rain has fallen on the hill.", "For, on the hill of rain and snow."),
        ("He walked along the narrow road.", "Walked all along the narrow road."),
        ("The moon rose on the silent town.", "And rose above the silent town."),
        ("Covered in snow, the garden slept.", "Slept in the garden, deep in snow."),
        ("Why has the rain come to the hill?", "The rain has fallen on the hill?"),
        ("And do they walk the narrow road?", "And they have walked the narrow road?"),
    ],
)
def test_sentences_cost_less_than_fragments(poet: Poet, better: str, worse: str) -> None:
    grammar, encode = poet.finder.grammar, poet.table.vocabulary.encode
    assert grammar.price(AT_REST, encode(tokens_of(better))) < grammar.price(AT_REST, encode(tokens_of(worse)))


def test_a_question_may_end_some_lines_after_it_was_begun(poet: Poet) -> None:
    grammar, encode = poet.finder.grammar, poet.table.vocabulary.encode
    end = encode(tokens_of("that walked along the narrow road?"))
    asked, told = (grammar.after(AT_REST, encode(tokens_of(line))) for line in ("Why is the man alone", "There is a man alone"))
    assert asked.asks and not told.asks
    assert grammar.price(asked, end) < grammar.price(told, end)


def test_a_second_line_without_a_verb_costs_more(poet: Poet) -> None:
    grammar, encode = poet.finder.grammar, poet.table.vocabulary.encode
    bare = encode(tokens_of("Along the river and the bank,"))
    assert grammar.price(grammar.after(AT_REST, bare), bare) > grammar.price(AT_REST, bare)


def test_articles_know_the_sound_that_follows(poet: Poet) -> None:
    table, number = poet.table, poet.table.vocabulary.number
    assert all(table.begins_on_vowel[number(word)] for word in ("owl", "hour", "honest", "autumn"))
    assert not any(table.begins_on_vowel[number(word)] for word in ("one", "use", "union", "river"))


def test_leanings_are_known_words_and_mild(poet: Poet) -> None:
    told = read_leanings(Path(leanings.__file__).with_name(leanings.FILE).read_text("utf-8"))
    known = {*poet.table.vocabulary.tokens, *HEADS}
    assert len(told) > 100 and {word for words in told for word in words.split(" ")} <= known
    assert all(-2.5 <= nats <= (1.2 if " " not in words or words.startswith(HEADS) else 0) for words, nats in told.items())
    assert poet.table.leaning[poet.table.vocabulary.number("across")] == told["across"] < 0


def test_two_neighbours_said_too_often_are_held_down(poet: Poet) -> None:
    told = read_leanings(Path(leanings.__file__).with_name(leanings.FILE).read_text("utf-8"))
    number = poet.table.vocabulary.number
    words, nats = next(
        (words.split(" "), nats) for words, nats in told.items() if " " in words and not set(words.split(" ")) & set(HEADS)
    )
    first, second = map(number, words)
    assert poet.table.leaning_of_pairs([first, second]) == nats < 0
    assert poet.table.leaning_of_pairs([number("the"), first, second, number("the")]) <= nats
    assert poet.table.leaning_of_pairs([first]) == 0


def test_lines_begin_as_people_begin_them_after_what_stands_before(poet: Poet) -> None:
    grammar, table = poet.finder.grammar, poet.table
    lines = {"": ".", "The moon had gone.": ".", "The moon had gone,": ",", "The silver moon": "/"}
    clauses = {line: grammar.after(AT_REST, table.vocabulary.encode(tokens_of(line))) if line else AT_REST for line in lines}
    assert {line: clause.follows for line, clause in clauses.items()} == lines
    told = read_leanings(Path(leanings.__file__).with_name(leanings.FILE).read_text("utf-8"))
    for head in HEADS:
        heads = {words[2:]: nats for words, nats in told.items() if words.startswith(f"{head} ")}
        assert {word: table.opener_leanings[head][table.vocabulary.number(word)] for word in heads} == heads
    assert (table.opener_leanings["."] != table.opener_leanings["/"]).any()


def test_a_line_ends_less_often_on_what_ends_too_many(poet: Poet) -> None:
    told = read_leanings(Path(leanings.__file__).with_name(leanings.FILE).read_text("utf-8"))
    ends = {words.split(" ")[0]: nats for words, nats in told.items() if words.endswith(f" {LINE_END}")}
    number = poet.table.vocabulary.number
    assert len(ends) > 20 and all(poet.table.end_leaning[number(word)] == nats < 0 for word, nats in ends.items())
    assert (poet.table.end_leaning != 0).sum() == len(ends)


def test_a_verb_after_a_mark_lacks_its_subject(poet: Poet) -> None:
    grammar, encode = poet.finder.grammar, poet.table.vocabulary.encode
    verb = encode(tokens_of("Was lying in the silent town."))
    runs_on, stops = (grammar.after(AT_REST, encode(tokens_of(line))) for line in ("The old red boat", "The boat had gone,"))
    assert not runs_on.wants_subject and stops.wants_subject and AT_REST.wants_subject
    assert grammar.price(stops, verb) > grammar.price(runs_on, verb)


def test_a_line_speaks_of_its_subject_and_does_not_list_it(poet: Poet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("albumen.verse.decoder.FULFILLED", 4.0)
    vocabulary, nothing = poet.table.vocabulary, np.zeros(len(poet.table.vocabulary))
    subject = vocabulary.encode(tokens_of("night evening morning noon dusk midnight"))
    liked = nothing.copy()
    liked[list(subject)] = 5.0

    def said(**wanted: np.ndarray) -> float:
        asked = Asked(pattern="wswswsws", openers=nothing, banned=nothing > 0, **{"bonus": nothing, "wishes": nothing} | wanted)
        lines = poet.finder.find(asked, (), (), np.random.default_rng(3))
        return float(np.mean([sum(word in subject for word in line.words) for line in lines]))

    assert said() < 0.5 < said(wishes=liked) < said(bonus=liked) - 0.5


def test_marks_at_line_ends_come_as_often_as_they_are_expected(poet: Poet) -> None:
    vocabulary, nothing = poet.table.vocabulary, np.zeros(len(poet.table.vocabulary))
    odds = np.full(len(vocabulary), 1e-9)
    odds[[vocabulary.number(mark) for mark in END_MARKS]] = 0.0
    odds[[vocabulary.number(","), vocabulary.number("."), vocabulary.number("sea")]] = 0.5, 0.2, 0.3

    def drawn(closes: bool, stops: float = 1.0) -> list[int | None]:
        asked = Asked(
            pattern="wswsws",
            bonus=nothing,
            wishes=nothing,
            openers=nothing,
            banned=nothing > 0,
            closes=closes,
            stops=stops,
        )
        rng = np.random.default_rng(5)
        with np.errstate(divide="ignore"):
            return [poet.finder._drawn_mark(asked, np.log(odds), rng) for _ in range(600)]

    free = drawn(closes=False)
    assert set(drawn(closes=True)) == {vocabulary.number(".")} <= {vocabulary.number(mark) for mark in CLOSING_MARKS}
    assert free.count(vocabulary.number(",")) / 600 == pytest.approx(0.5, abs=0.06)
    assert free.count(None) / 600 == pytest.approx(0.3, abs=0.06)
    assert vocabulary.number(".") in free and vocabulary.number(".") not in drawn(closes=False, stops=0.0)
    assert set(drawn(closes=True, stops=0.0)) == {vocabulary.number(".")}, "where a sentence must end it ends"


def test_the_last_line_of_a_stanza_is_seldom_left_alone(poet: Poet) -> None:
    brief = PoemBrief(title="The Mill", theme="a mill on the river", form="quatrains-abab")
    draft = Draft.begin(brief, load_form("quatrains-abab"), "", poet, Seed(1))
    stops = [draft.ask(place, Seed(1), patient=True).stops for place in range(4)]
    assert stops[2] < stops[0] == stops[1] < 1


def test_roots_and_families() -> None:
    known = {"hope", "bee", "glass", "rain", "wave", "see", "lady", "flower", "flow", "thing"}
    words = "hoping bees glass rainy waves seen ladies flower thing".split()
    roots = {word: root_of(word, known) for word in words}
    assert list(roots.values()) == ["hope", "bee", "glass", "rain", "wave", "see", "lady", "flower", "thing"]
    families = families_of(["sing", "sang", "songs", "rain", "rainy"], {"song", "rain"})
    assert families[0] == families[1] == families[2] != families[3] == families[4]


def test_no_line_says_two_words_of_one_root(triolet: Poem, poet: Poet) -> None:
    table = poet.table
    for line in triolet.lines:
        told = [word for word in table.vocabulary.encode(words_of(line)) if table.lexical[word]]
        assert not any(set(table.kin([one])) & set(told[place + 1 :]) for place, one in enumerate(told))
