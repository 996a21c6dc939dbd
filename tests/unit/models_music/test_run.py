"""The exported net says what the trained one says; rows keep their places; the cache can be cut and forked."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from albumen.models.music.export import BLOCK, export_onnx, quantize
from albumen.models.music.net import MusicNet, NetShape
from albumen.models.music.run import FILES, OVERRUN, Engine
from albumen.models.music.tokens import vocabulary as v
from albumen.work.errors import Broken, Wrong

SHAPE = NetShape(vocabulary=v.SIZE, layers=2, width=128, heads=4, key_heads=2, hidden=192, context=640)


@pytest.fixture(scope="module")
def net() -> MusicNet:
    net = MusicNet(SHAPE, seed=5)
    with torch.no_grad():
        net.embedding.mul_(4)  # scores as far apart as a trained net's
    return net


@pytest.fixture(scope="module")
def engine(net: MusicNet, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    folder = tmp_path_factory.mktemp("model")
    export_onnx(net, folder, "float32")
    return Engine(folder, threads=1)


def truth(net: MusicNet, words: list[int]) -> NDArray[np.float32]:
    with torch.no_grad():
        found: NDArray[np.float32] = net(torch.tensor([words]))[0].numpy()
    return found


def random_words(count: int, seed: int = 0) -> list[int]:
    words: list[int] = np.random.default_rng(seed).integers(1, v.SIZE, count).tolist()
    return words


def test_float_graph_equals_torch(net: MusicNet, engine: Engine) -> None:
    words = random_words(600)
    session = engine.session(1)
    found = np.concatenate([session.read(0, words[:530], every=True), session.read(0, words[530:], every=True)])
    np.testing.assert_allclose(found, truth(net, words), atol=2e-4)


def test_word_by_word_equals_at_once(net: MusicNet, engine: Engine) -> None:
    words = random_words(40)
    session = engine.session(1)
    for number, expected in enumerate(truth(net, words)):
        session.feed({0: [words[number]]})
        np.testing.assert_allclose(session.logits(0), expected, atol=2e-4)


def test_rows_of_different_lengths_do_not_disturb_each_other(net: MusicNet, engine: Engine) -> None:
    session = engine.session(4)
    said = {row: random_words(5 + 30 * row, seed=row) for row in range(4)}
    for row, words in said.items():
        session.begin(row, words)
    rng = np.random.default_rng(9)
    for _ in range(300):
        rows = [row for row in range(4) if rng.random() < 0.6]
        more = {row: random_words(1 + int(rng.random() < 0.1), seed=int(rng.integers(1e6))) for row in rows}
        session.feed(more)
        for row, words in more.items():
            said[row] += words
    for row, words in said.items():
        assert session.length(row) == len(words)
        np.testing.assert_allclose(session.logits(row), truth(net, words)[-1], atol=2e-4)


def test_beginning_again_takes_over_what_is_shared(net: MusicNet, engine: Engine) -> None:
    session = engine.session(2)
    prompt = random_words(100)
    session.begin(0, prompt)
    session.feed({0: random_words(7, seed=1)})
    for words in (prompt, prompt[:60] + random_words(20, seed=2), random_words(30, seed=3), prompt[:50]):
        session.begin(1, words)
        np.testing.assert_allclose(session.logits(1), truth(net, words)[-1], atol=2e-4)
    session.begin(0, prompt[:50])
    np.testing.assert_allclose(session.logits(0), truth(net, prompt[:50])[-1], atol=2e-4)


def test_cut_and_fork(net: MusicNet, engine: Engine) -> None:
    session = engine.session(3)
    prompt, wrong, right = random_words(50), random_words(20, seed=1), random_words(3, seed=2)
    session.begin(2, prompt)
    session.feed({2: wrong})
    session.cut(2, 50)
    session.feed({2: right})
    session.fork(2, 0)
    session.feed({0: wrong[:1], 2: right[:1]})
    np.testing.assert_allclose(session.logits(0), truth(net, prompt + right + wrong[:1])[-1], atol=2e-4)
    np.testing.assert_allclose(session.logits(2), truth(net, prompt + right + right[:1])[-1], atol=2e-4)
    with pytest.raises(ValueError, match="cannot be cut"):
        session.cut(1, 4)


def test_full_rows_do_not_stop_the_others(net: MusicNet, engine: Engine) -> None:
    session = engine.session(3)
    session.begin(1, random_words(SHAPE.context))
    expected = session.logits(1).copy()
    session.begin(0, [5])
    session.begin(2, [6])
    session.feed({0: [7], 2: [8]})
    np.testing.assert_allclose(session.logits(0), truth(net, [5, 7])[-1], atol=2e-4)
    session.begin(1, random_words(SHAPE.context))
    np.testing.assert_allclose(session.logits(1), expected)
    session.feed({1: [3]})
    with pytest.raises(Wrong, match="reads 640 words"):
        session.feed({1: random_words(OVERRUN)})


def test_nats_are_cross_entropies(net: MusicNet, engine: Engine) -> None:
    words = random_words(600)
    expected = torch.nn.functional.cross_entropy(
        torch.from_numpy(truth(net, words[:-1])), torch.tensor(words[1:]), reduction="none"
    )
    np.testing.assert_allclose(engine.nats(words), expected.numpy(), atol=5e-4)


def test_eight_bits_cost_little(net: MusicNet, engine: Engine, tmp_path: Path) -> None:
    export_onnx(net, tmp_path, "int8")
    small = Engine(tmp_path, threads=1)
    matrices = sum(weight.numel() for name, weight in net.named_parameters() if name != "embedding")
    assert sum((tmp_path / name).stat().st_size for name in FILES) < 1.1 * (matrices + 3 * net.embedding.numel()) + 300_000
    words = truth_words(engine)
    assert small.nats(words).mean() == pytest.approx(engine.nats(words).mean(), abs=0.02)
    assert small.version != engine.version


def truth_words(engine: Engine) -> list[int]:
    """Words that the net itself would say, so that its scores matter."""
    session = engine.session(1)
    words = [1]
    session.begin(0, words)
    rng = np.random.default_rng(0)
    for _ in range(200):
        chances = np.exp(session.logits(0) - session.logits(0).max())
        words.append(int(rng.choice(len(chances), p=chances / chances.sum())))
        session.feed({0: words[-1:]})
    return words


def test_quantising_is_within_half_a_level() -> None:
    matrix = np.random.default_rng(1).normal(size=(8, 3 * BLOCK)).astype(np.float32)
    matrix[0, :BLOCK] = 0
    levels, scales = quantize(matrix)
    back = (levels.astype(np.float32) - 128) * scales[..., None]
    assert np.all(np.abs(back.reshape(matrix.shape) - matrix) <= np.repeat(scales, BLOCK, axis=1) * 0.5 + 1e-7)


def test_missing_and_damaged_models_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(Wrong, match="no music model"):
        Engine(tmp_path)
    for name in FILES:
        (tmp_path / name).write_bytes(b"not a graph")
    with pytest.raises(Broken, match="cannot be opened"):
        Engine(tmp_path)


def test_cutting_every_row_gives_their_last_slots_back(net: MusicNet, engine: Engine) -> None:
    session = engine.session(2)
    prompt = random_words(60)
    session.begin(0, prompt)
    session.begin(1, prompt)
    for _ in range(3):
        session.step([5, 9])
    session.cut(0, 61)
    assert session._used == 66  # the other row still sees the last slot
    session.cut(1, 60)
    assert session._used == 61
    session.feed({0: [7], 1: [8]})
    np.testing.assert_allclose(session.logits(0), truth(net, [*prompt, 5, 7])[-1], atol=2e-4)
    np.testing.assert_allclose(session.logits(1), truth(net, [*prompt, 8])[-1], atol=2e-4)


def test_slots_that_nobody_sees_are_given_up(net: MusicNet, engine: Engine) -> None:
    session = engine.session(2)
    prompt = random_words(300)
    session.begin(0, prompt)
    session.begin(1, prompt)
    for number in range(12):
        session.cut(1, 300)
        session.feed({1: random_words(200, seed=number)})
    assert session._used < 1100  # 300 shared, 200 alive, and less than half as much again waiting to be given up
    np.testing.assert_allclose(session.logits(1), truth(net, prompt + random_words(200, seed=11))[-1], atol=2e-4)
    session.feed({0: [7]})
    np.testing.assert_allclose(session.logits(0), truth(net, [*prompt, 7])[-1], atol=2e-4)
