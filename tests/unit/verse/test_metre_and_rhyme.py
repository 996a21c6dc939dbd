"""Metre, rhyme and forms by themselves, against what the books say."""

from __future__ import annotations

import numpy as np
import pytest

from albumen.verse.checker import check_poem, scansion_cost
from albumen.verse.forms import form_ids, load_form, parse_form, read_form
from albumen.verse.lexicon import Lexicon, load_lexicon
from albumen.verse.metre import Measure, fits_of, measure_of, word_cost
from albumen.verse.poet import open_poet
from albumen.verse.rhyme import allowed, ending_of, level_of
from albumen.work.errors import Wrong


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load_lexicon()


@pytest.mark.parametrize(
    ("first", "second", "level"),
    [
        ("light", "night", "perfect"),
        ("harbour", "barber", "perfect"),
        ("light", "light", None),
        ("sea", "see", None),
        ("light", "delight", None),
        ("rain", "name", "family"),
        ("stone", "rain", "slant"),
        ("stone", "lamp", None),
        ("river", "never", None),
        ("night", "lighted", None),
    ],
)
def test_rhymes_are_told_apart_by_level(first: str, second: str, level: str | None, lexicon: Lexicon) -> None:
    assert lexicon.rhyme(first, second) == level == lexicon.rhyme(second, first)


def test_a_looser_level_allows_the_closer_ones() -> None:
    assert allowed("perfect", "slant") and not allowed("slant", "family") and not allowed(None, "slant")


def test_a_way_without_vowels_has_no_ending() -> None:
    assert ending_of(("DH",)) is None
    one = ending_of(("L", "AY1", "T"))
    assert one is not None and level_of(one, one) is None


@pytest.mark.parametrize(
    ("line", "metre", "passes"),
    [
        ("Shall I compare thee to a summer's day", "iambic 5", True),
        ("Tiger, tiger, burning bright", "trochaic 4", True),
        ("The curfew tolls the knell of parting day", "iambic 5", True),
        ("Bright star, would I were steadfast as thou art", "iambic 5", True),
        ("Day parting of knell the tolls curfew the", "iambic 5", False),
        ("And the sheen of their spears was like stars on the sea", "anapestic 4", True),
        ("Harbour window table water money", "iambic 5", False),
        ("An old silent pond", "syllabic 5", True),
        ("An old pond", "syllabic 5", False),
    ],
)
def test_lines_scan_as_the_books_say(line: str, metre: str, passes: bool, lexicon: Lexicon) -> None:
    cost = scansion_cost(line, measure_of(metre), lexicon)
    assert (cost is not None and cost <= 1.0) == passes


def test_word_costs_follow_the_table() -> None:
    assert word_cost("1", "s", bends=True, triple=False) == 0.25
    assert word_cost("1", "w", bends=False, triple=False) == 0.5
    assert word_cost("1", "w", bends=False, triple=True) == 0.25
    assert word_cost("10", "ws", bends=False, triple=False) == 1.5
    assert word_cost("10", "xx", bends=False, triple=False) == 0.0


def test_fits_know_where_a_word_can_stand() -> None:
    fits = fits_of("wsws", [("10",), ("01",), ("1",), ("1", "10")], np.array([False, False, True, False]))
    assert np.isinf(fits[0].costs[0]) and fits[0].costs[1] == 0
    assert fits[1].costs[0] == 0 and fits[1].lengths[3] == 2
    assert np.isinf(fits[3].costs[1]) and fits[3].costs[2] == 0


@pytest.mark.parametrize("bad", ["iambic", "iambic x", "spondaic 3", "syllabic 99", ""])
def test_a_wrong_metre_is_explained(bad: str) -> None:
    with pytest.raises(Wrong, match="is no metre"):
        measure_of(bad)


def test_measures_license_substitutions_in_human_shares() -> None:
    patterns = dict(Measure(foot="iambic", feet=5).patterns())
    assert patterns["swwswswsws"] == pytest.approx(0.18) and sum(patterns.values()) == pytest.approx(1.0)


def test_every_form_of_the_house_can_be_read() -> None:
    wanted = {
        "couplets",
        "quatrains-abab",
        "quatrains-abba",
        "quatrains-aabb",
        "quatrains-abcb",
        "common-metre",
        "ballad",
        "sonnet-shakespearean",
        "sonnet-petrarchan",
        "limerick",
        "haiku",
        "tanka",
        "villanelle",
        "triolet",
        "rondel",
        "pantoum",
        "terza-rima",
        "ghazal",
        "blank-verse",
        "free-verse",
        "acrostic",
    }
    assert set(form_ids()) == wanted
    for form in map(load_form, form_ids()):
        assert form.name and form.slots and all(size != 1 for size in form.group_sizes().values()), form.id


def test_forms_have_their_shapes() -> None:
    villanelle = load_form("villanelle")
    assert len(villanelle.slots) == 19 and sum(slot.refrain == "A1" for slot in villanelle.slots) == 4
    assert villanelle.group_sizes() == {"a": 7, "b": 6}
    assert len(load_form("sonnet-petrarchan").slots) == len(load_form("sonnet-shakespearean").slots) == 14
    pantoum = load_form("pantoum")
    assert {name: sum(slot.refrain == name for slot in pantoum.slots) for name in ("A1", "B1", "D2")} == {
        "A1": 2,
        "B1": 2,
        "D2": 2,
    }
    quatrains = load_form("quatrains-abab", repeat=2)
    assert [slot.rhyme for slot in quatrains.slots] == ["a", "b", "a", "b", "a1", "b1", "a1", "b1"]


@pytest.mark.parametrize(
    ("table", "what"),
    [
        ({"metre": "iambic 4"}, "stanzas"),
        ({"stanzas": ["a a"]}, "metre"),
        ({"stanzas": ["a ?"], "metre": "iambic 4"}, "line name"),
        ({"stanzas": ["a a"] * 40, "metre": "iambic 4"}, "up to 60"),
        ({"stanzas": ["a a"], "metre": "iambic 4", "repeat": 99}, "repeat"),
    ],
)
def test_a_wrong_form_is_explained(table: dict[str, object], what: str) -> None:
    with pytest.raises(Wrong, match=what):
        parse_form("mine", table)


def test_unknown_and_broken_forms_are_explained(tmp_path) -> None:
    with pytest.raises(Wrong, match="no form called"):
        load_form("sestina-of-doom")
    (tmp_path / "mine.toml").write_text("stanzas = [", encoding="utf-8")
    with pytest.raises(Wrong, match=r"mine\.toml"):
        read_form(tmp_path / "mine.toml")


HOUSE = (
    "The boats come in along the bay,",
    "The lamps are lit upon the hill,",
    "The gulls have called the end of day,",
    "And all the harbour air is still.",
)


def test_the_checker_passes_a_true_quatrain(lexicon: Lexicon) -> None:
    assert check_poem(HOUSE, load_form("quatrains-abab", repeat=1), lexicon).passes


@pytest.mark.parametrize(
    ("place", "line", "kind"),
    [
        (3, "And all the harbour air is calm.", "rhyme"),
        (2, "The gulls have called along the bay,", "identical"),
        (1, "Lamps upon the hill are lit and still", "metre"),
        (0, "Boats", "metre"),
    ],
)
def test_the_checker_finds_each_fault(place: int, line: str, kind: str, lexicon: Lexicon) -> None:
    lines = [*HOUSE]
    lines[place] = line
    verdict = check_poem(lines, load_form("quatrains-abab", repeat=1), lexicon)
    assert kind in {fault.kind for fault in verdict.faults}


def test_the_checker_finds_changed_refrains_and_missing_lines(lexicon: Lexicon) -> None:
    triolet = load_form("triolet")
    assert check_poem(HOUSE, triolet, lexicon).faults[0].kind == "lines"
    a, b = HOUSE[0], HOUSE[1]
    lines = [a, b, HOUSE[2], a, "And all the boats have gone away,", HOUSE[3], "The boats come in along the way,", b]
    assert "refrain" in {fault.kind for fault in check_poem(lines, triolet, lexicon).faults}


def test_shuffled_words_seldom_scan(lexicon: Lexicon) -> None:
    rng = np.random.default_rng(3)
    lines = [
        "The curfew tolls the knell of parting day",
        "The lowing herd winds slowly over the lea",
        "The ploughman homeward plods his weary way",
        "And leaves the world to darkness and to me",
        "When I have fears that I may cease to be",
    ]
    passed = 0
    for line in lines:
        for _ in range(20):
            cost = scansion_cost(" ".join(rng.permutation(line.split())), measure_of("iambic 5"), lexicon)
            passed += cost is not None and cost <= 1.0
    assert passed <= 30


def test_no_line_is_made_to_end_on_a_spelling_of_two_sounds() -> None:
    table = open_poet().table
    number = table.vocabulary.number
    assert all(table.poor_end[number(word)] for word in ("tears", "wind", "live", "wound"))
    assert not any(table.poor_end[number(word)] for word in ("years", "behind", "give", "sound"))
