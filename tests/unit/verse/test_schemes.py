"""What a scheme keeps apart is heard apart, what rhymes has another onset, and wishes for a poem are heard or refused."""

from __future__ import annotations

import codecs
from itertools import pairwise

import numpy as np
import pytest

from albumen.models.verse.fitness import UNFIT, is_unfit
from albumen.models.verse.text import words_of
from albumen.verse.checker import check_poem
from albumen.verse.desk import judge
from albumen.verse.draft import Draft
from albumen.verse.forms import form_ids, form_named, load_form
from albumen.verse.lexicon import load_lexicon
from albumen.verse.poem import choose_form, first_line_faults, write_poem
from albumen.verse.poet import Poet
from albumen.verse.syntax import AT_REST
from albumen.verse.theme import PoemBrief
from albumen.work.errors import Wrong
from albumen.work.seed import Seed

HALF_RHYMED = (
    "The boats come in along the bay,",
    "The lamps are lit upon the hill,",
    "The gulls have called across the sand,",
    "And all the harbour air is still.",
)


@pytest.mark.parametrize("form", ["quatrains-abcb", "ballad", "ghazal", "terza-rima"])
def test_lines_that_a_scheme_keeps_apart_do_not_chime(form: str, poet: Poet) -> None:
    poem = write_poem(PoemBrief(title="Salt Road", theme="caravan across the desert", form=form), Seed(2), poet=poet)
    assert judge(poem, poet=poet).passes
    ends = [words_of(line)[-1] for line in poem.lines]
    for place, slot in enumerate(poem.form.slots):
        for other, earlier in enumerate(poem.form.slots[:place]):
            if slot.stanza == earlier.stanza and not (slot.rhyme and slot.rhyme == earlier.rhyme):
                assert not poet.lexicon.sounds(ends[place]) & poet.lexicon.sounds(ends[other]), (ends[other], ends[place])


def test_the_rhymes_of_a_poem_are_not_nearly_alike_and_no_form_is_lost_to_that(poet: Poet) -> None:
    draft = Draft.begin(PoemBrief(theme="sea"), load_form("quatrains-abab"), "", poet, Seed(1))
    draft.give(0, "Alone upon the shore he stands")
    number = poet.table.vocabulary.number
    asked = draft.ask(1, Seed(1), patient=True)
    assert asked.ends is not None
    assert not asked.ends[[number(word) for word in ("strand", "hand", "lands", "hands")]].any() and asked.ends[number("night")]
    few = np.zeros(len(asked.ends), dtype=bool)
    few[[number("strand"), number("lands")]] = True
    left = draft.unlike_other_rhymes(draft.form.slots[1], few)
    assert left[number("strand")] and not left[number("lands")], "a near rhyme may come where nothing else is left"


def test_no_line_says_a_root_or_a_part_twice_and_a_time_twice_costs(poet: Poet) -> None:
    number, grammar = poet.table.vocabulary.number, poet.finder.grammar
    for one, other in (("far", "afar"), ("night", "nightly"), ("moon", "moonlight"), ("light", "twilight"), ("robe", "robed")):
        assert number(other) in poet.table.echoes([number(one)]) and number(one) in poet.table.echoes([number(other)])
    assert not {number("rob"), number("star")} & {*poet.table.echoes([number("robed")]), *poet.table.echoes([number("stared")])}

    def price(line: str) -> float:
        return grammar.price(AT_REST, poet.table.vocabulary.encode(line.split()))

    assert price("they sing at noon , from the break of night") > price("they sing at noon , from the edge of town")
    assert price("they sing from noon until the night") == price("they sing from noon until the bell")


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("I ate a ripe and golden orange", "no word here rhymes with 'orange' .* at slant there is more: challenge"),
        ("We waited for another month", "'month' .* at family there is more: once"),
        ("The box was made of silver", "nor more loosely"),
    ],
)
def test_a_word_without_rhymes_is_told_with_those_it_nearly_has(line: str, what: str, poet: Poet) -> None:
    with pytest.raises(Wrong, match=what) as caught:
        write_poem(PoemBrief(theme="sea", form="couplets", first_line=line), Seed(1), poet=poet)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (2, "The gulls have called the end of day,"),  # the unrhymed lines rhyme
        (2, "The gulls have called along the bay,"),  # they end in one word
        (0, "The boats come in and drink their fill,"),  # an unrhymed line joins the rhyme
    ],
)
def test_the_checker_hears_strays(place: int, line: str) -> None:
    form, lexicon = load_form("quatrains-abcb", repeat=1), load_lexicon()
    lines = [*HALF_RHYMED]
    assert check_poem(lines, form, lexicon).passes
    lines[place] = line
    assert "stray" in {fault.kind for fault in check_poem(lines, form, lexicon).faults}


@pytest.mark.parametrize("seed", range(4))
def test_blank_verse_does_not_rhyme_by_chance(seed: int, poet: Poet) -> None:
    poem = write_poem(PoemBrief(theme="driving home at night", form="blank-verse"), Seed(seed), poet=poet)
    ends = [words_of(line)[-1] for line in poem.lines]
    assert len(set(ends)) == len(ends)
    for place, end in enumerate(ends):
        assert not [other for other in ends[max(0, place - 2) : place] if poet.lexicon.rhyme(other, end) == "perfect"]


def test_a_title_is_one_line() -> None:
    with pytest.raises(Wrong, match="line break"):
        PoemBrief(title="# Form\n\nx", theme="sea")


def test_a_form_without_rhymes_has_no_strays() -> None:
    form = load_form("blank-verse")
    lines = ["The boats come in at night along the bay."] * len(form.slots)
    assert check_poem(lines, form, load_lexicon()).passes


@pytest.mark.parametrize(
    "pair", ["rest unrest", "known unknown", "night midnight", "light sunlight", "well farewell", "side inside", "room bedroom"]
)
def test_the_same_syllable_is_no_rhyme(pair: str) -> None:
    first, second = pair.split()
    assert load_lexicon().rhyme(first, second) is None and load_lexicon().rhyme(second, first) is None


@pytest.mark.parametrize("pair", ["blow low", "play lay", "nest unrest", "sky high", "take mistake", "delight night"])
def test_another_onset_is_a_rhyme(pair: str) -> None:
    first, second = pair.split()
    assert load_lexicon().rhyme(first, second) == "perfect"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Haiku", "haiku"),
        ("Shakespearean sonnet", "sonnet-shakespearean"),
        ("  TERZA  rima ", "terza-rima"),
        ("quatrain_ABAB", "quatrains-abab"),
        ("Heroic couplets", "couplets"),
        ("petrarchan", "sonnet-petrarchan"),
    ],
)
def test_forms_answer_to_the_names_that_people_write(said: str, meant: str) -> None:
    assert form_named(said) == meant == load_form(said).id


def test_every_form_answers_to_its_own_name() -> None:
    for form in form_ids():
        assert form_named(load_form(form).name) == form == form_named(form.upper().replace("-", " "))


@pytest.mark.parametrize(
    ("said", "near"),
    [("sonnet", "sonnet-petrarchan or sonnet-shakespearean"), ("vilanelle", "villanelle"), ("quatrains", "quatrains-aabb")],
)
def test_near_forms_are_suggested(said: str, near: str) -> None:
    with pytest.raises(Wrong) as refused:
        load_form(said)
    assert near in (refused.value.next_step or "") and "limerick" not in (refused.value.next_step or "")


COARSE = codecs.decode("shpx", "rot13")


@pytest.mark.parametrize("said", [COARSE, COARSE.replace("u", "*"), ".".join(COARSE.upper()), " ".join(COARSE), f"sea-{COARSE}"])
def test_a_coarse_word_is_known_under_signs(said: str) -> None:
    for field in ("title", "theme", "first_line"):
        with pytest.raises(Wrong, match="no poem here will use"):
            PoemBrief(**{"genre": "folk", field: f"the {said} by the sea"})  # type: ignore[arg-type]


def test_every_unfit_word_is_known_spelled_out() -> None:
    assert all(is_unfit(".".join(word)) for word in UNFIT)


@pytest.mark.parametrize(
    "said", ["Love in C#m", "she'll go", "who're you", "the U.S.A. at 5:00", "P!nk and AC/DC", "class of '99", "A I R", "50% off"]
)
def test_plain_words_are_not_taken_for_coarse_ones(said: str) -> None:
    assert not is_unfit(said)


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"title": 5}, "title"),
        ({"theme": None}, "theme"),
        ({"tempo_bpm": float("nan")}, "tempo_bpm"),
        ({"tempo_bpm": 0}, "between 1 and 400"),
        ({"tempo_bpm": "fast"}, "tempo_bpm"),
        ({"energy": (0.5, 1.5)}, "energy"),
        ({"energy": 0.5}, "energy"),
        ({"mood": "glad"}, "mood"),
        ({"strictness": float("nan")}, "strictness"),
        ({"strictness": None}, "strictness"),
        ({"key": "H dur"}, "no key"),
        ({"first_line": "One line\nand another"}, "line break"),
        ({"title": "sea " * 21}, "20 words"),
        ({"title": "s" * 121}, "120 signs"),
    ],
)
def test_values_that_are_none_are_refused(fields: dict[str, object], what: str) -> None:
    with pytest.raises(Wrong, match=what):
        PoemBrief(**{"genre": "folk", **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(("minor", "major"), [("Dm", "D"), ("f♯ Minor", "F# major"), ("minor", "major"), ("b-flat minor", "Bb")])
def test_keys_are_read_as_people_write_them(minor: str, major: str) -> None:
    assert PoemBrief(theme="sea", key=minor).valence < 0 < PoemBrief(theme="sea", key=major).valence


def test_an_acrostic_says_at_once_what_cannot_be(poet: Poet) -> None:
    with pytest.raises(Wrong, match="begins with X"):
        write_poem(PoemBrief(title="Xqz", form="acrostic"), Seed(1), poet=poet)
    with pytest.raises(Wrong, match="must begin with T"):
        write_poem(PoemBrief(title="Tide", form="acrostic", first_line="Beside the sea"), Seed(1), poet=poet)
    with pytest.raises(Wrong, match="letters from a to z, this has 0"):
        choose_form(PoemBrief(title="海と月", theme="sea", form="acrostic"), Seed(1))
    assert choose_form(PoemBrief(title="Été", form="acrostic"), Seed(1))[1] == "ete"


def test_a_ghazal_takes_its_closing_phrase_from_the_users_line(poet: Poet) -> None:
    first = "The lanterns burn above the sleeping town"
    poem = write_poem(PoemBrief(theme="city night", form="ghazal", first_line=first), Seed(1), poet=poet)
    assert poem.lines[0] == first and poem.radif == "town" and judge(poem, poet=poet).passes
    assert all(words_of(line)[-1] == "town" for line, slot in zip(poem.lines, poem.form.slots, strict=True) if slot.radif)


def test_a_ghazal_says_at_once_where_no_closing_phrase_can_be_drawn(poet: Poet) -> None:
    with pytest.raises(Wrong, match="no closing phrase"):
        write_poem(PoemBrief(theme="sea", form="ghazal", first_line="A silver month"), Seed(1), poet=poet)


def test_a_first_line_that_does_not_scan_stands_and_is_told(poet: Poet) -> None:
    brief = PoemBrief(theme="sea", form="triolet", first_line="Harbour window table in the light")
    poem = write_poem(brief, Seed(1), poet=poet)
    assert poem.lines[0] == brief.first_line
    (told,) = first_line_faults(brief, poem.form, poet)
    assert "does not scan" in told
    good = PoemBrief(theme="sea", form="triolet", first_line="The ferry leaves the quay at ten")
    assert first_line_faults(good, poem.form, poet) == () == first_line_faults(PoemBrief(theme="sea"), poem.form, poet)


def test_the_stricter_a_poem_the_less_its_lines_bend(poet: Poet) -> None:
    means, texts = [], set()
    for strictness in (0.0, 0.7, 1.0):
        costs: list[float] = []
        for number, form in enumerate(("blank-verse", "couplets")):
            brief = PoemBrief(title="Last Bus", theme="rain in the city", form=form, strictness=strictness)
            poem = write_poem(brief, Seed(number), poet=poet)
            verdict = judge(poem, poet=poet)
            assert verdict.passes, verdict.faults
            costs.extend(cost for cost in verdict.costs if cost is not None)
            texts.add(poem.lines)
        means.append(float(np.mean(costs)))
    assert all(looser > stricter + 0.05 for looser, stricter in pairwise(means)), means
    assert len(texts) == 6
