"""Words that stand together are near; words that only rhyme are not."""

from pathlib import Path

import numpy as np
import pytest

from albumen.models.verse.associations import Associations, build_associations, load_associations, together
from albumen.models.verse.prepare import Packed
from albumen.models.verse.vocabulary import Vocabulary, load_vocabulary
from albumen.verse.poet import weights_folder
from albumen.work.seed import Seed

_PAIRS = (("harbour", "anchor"), ("kitchen", "oven"), ("snow", "frost"), ("bread", "loaf"), ("city", "streets"))
_RHYMES = (("home", "foam"), ("night", "plight"), ("rest", "quest"), ("bell", "cell"), ("rain", "chain"))


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary(weights_folder() / "words.tsv")


def _packed(vocabulary: Vocabulary, stanzas: list[list[str]]) -> Packed:
    text = [token for lines in stanzas for token in ("<stanza>", *(word for line in lines for word in ("<s4>", *line.split())))]
    rows = np.array([vocabulary.number(token) for token in [*text, "<end>"]], dtype=np.uint16).reshape(1, -1)
    return Packed(vocabulary=vocabulary, train=rows, valid=rows, facts={})


def test_neighbours_are_near_and_rhymes_are_not(vocabulary: Vocabulary) -> None:
    harbour = [["anchor harbour sailors foam", "sailors anchor harbour home"]] * 30
    kitchen = [["oven kitchen kettle rain", "kettle oven kitchen chain"]] * 30
    found = build_associations(_packed(vocabulary, harbour + kitchen), Seed(1))

    def nearness(one: str, other: str) -> float:
        return float(found.vectors[vocabulary.number(one)] @ found.vectors[vocabulary.number(other)])

    assert nearness("harbour", "sailors") > nearness("harbour", "kettle") + 0.3


def test_line_ends_do_not_stand_together_for_their_rhyme(vocabulary: Vocabulary) -> None:
    found = together(_packed(vocabulary, [["anchor harbour sailors foam", "sailors anchor harbour home"]] * 30), 20)
    foam, home, anchor = map(vocabulary.number, ("foam", "home", "anchor"))
    assert found[foam, home] == 0 < found[foam, anchor]


def test_what_ships_knows_what_goes_together_and_not_what_rhymes(vocabulary: Vocabulary) -> None:
    shipped = load_associations(weights_folder() / "associations.npy")

    def nearness(pair: tuple[str, str]) -> float:
        one, other = (shipped.vectors[vocabulary.number(word)] for word in pair)
        return float(one @ other)

    assert min(map(nearness, _PAIRS)) > max(map(nearness, _RHYMES)) + 0.1


def test_nothing_to_learn_from_gives_no_nearness(vocabulary: Vocabulary) -> None:
    found = build_associations(_packed(vocabulary, [["the and of", "a the"]]), Seed(1))
    assert not found.near(found.mean_of([vocabulary.number("harbour")])).any()


def test_saved_vectors_come_back(tmp_path: Path) -> None:
    found = Associations(np.random.default_rng(1).standard_normal((50, 128)))
    found.save(tmp_path / "a.npy")
    assert np.allclose(load_associations(tmp_path / "a.npy").vectors, found.vectors, atol=0.01)
