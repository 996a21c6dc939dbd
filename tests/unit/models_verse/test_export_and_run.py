"""The ONNX graph says what the PyTorch net says, and both models of lines obey the same rules."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from albumen.work.errors import Broken, Wrong
from albumen.work.seed import Seed

torch = pytest.importorskip("torch")

from albumen.models.verse.evaluate import evaluate_verse, open_models  # noqa: E402
from albumen.models.verse.export import quantize  # noqa: E402
from albumen.models.verse.export_model import export_counts, export_verse  # noqa: E402
from albumen.models.verse.lines import LineModel  # noqa: E402
from albumen.models.verse.mixture import Mixture  # noqa: E402
from albumen.models.verse.net import VerseNet  # noqa: E402
from albumen.models.verse.prepare import Packed, prepare  # noqa: E402
from albumen.models.verse.train import Recipe, train_one  # noqa: E402
from albumen.models.verse.train_checkpoint import read_progress, shape_from  # noqa: E402


def _quiet(line: str) -> None:
    """Nobody is told here."""


@pytest.fixture(scope="module")
def trained(poems: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Packed, Path]:
    tmp_path = tmp_path_factory.mktemp("trained")
    packed = prepare(poems, tmp_path / "packed", seed=Seed(5))
    for direction in ("r2l", "l2r"):
        recipe = Recipe(size="tiny", direction=direction, seed=Seed(5), steps=12, batch=1, valid_rows=2, threads=1)
        train_one(packed, tmp_path / "training" / direction, recipe, resume=False, report=_quiet)
    export_verse(tmp_path / "training", tmp_path / "model", command="test", report=_quiet)
    return packed, tmp_path


def test_the_graph_agrees_with_the_net(trained: tuple[Packed, Path]) -> None:
    packed, folder = trained
    from safetensors.torch import load_file

    net = VerseNet(shape_from(read_progress(folder / "training" / "r2l"))).eval()
    weights = load_file(folder / "training" / "r2l" / "weights-0.safetensors")
    # Parity is about the graph, so the net gets the same 8-bit weights that the graph holds.
    rounded = {}
    for name, weight in weights.items():
        small, scale = quantize(weight.float().numpy())
        rounded[name] = torch.from_numpy(small.astype(np.float32) * scale[:, None])
    net.load_state_dict(rounded)
    tokens = np.array([packed.train[0][:40]]).astype(np.int64)
    with torch.no_grad():
        expected = torch.log_softmax(net(torch.from_numpy(tokens)), dim=-1)[0].numpy()
        full = VerseNet(net.shape).eval()
        full.load_state_dict({name: weight.float() for name, weight in weights.items()})
        unrounded = torch.log_softmax(full(torch.from_numpy(tokens)), dim=-1)[0].numpy()
    generator, reranker = open_models(folder / "model")
    assert generator.direction == "r2l" and reranker is not None and reranker.direction == "l2r"
    assert np.abs(generator.score_all(tokens[0]) - expected).max() < 2e-3  # type: ignore[attr-defined]
    assert np.abs(unrounded - expected).max() < 0.3
    # Read a part at once, then step: the same answer by another path.
    state = generator.read(tokens[0, :30])
    for token in tokens[0, 30:]:
        state = generator.advance(state, np.array([0, 0]), np.array([token, token]))
    assert np.abs(generator.foretell(state)[1] - expected[-1]).max() < 2e-3


def _both(trained: tuple[Packed, Path]) -> list[LineModel]:
    packed, folder = trained
    export_counts(packed, folder / "counts", command="test", report=_quiet)
    return [open_models(folder / name)[0] for name in ("model", "counts")]


def test_models_of_lines_share_one_contract(trained: tuple[Packed, Path]) -> None:
    net, counts = _both(trained)
    for model in (net, counts, Mixture(net=net, counts=counts)):
        state = model.read(trained[0].train[0][:9].tolist())
        scores = model.foretell(state)
        assert scores.shape == (1, len(model.vocabulary))
        assert np.exp(scores.astype(np.float64)).sum() == pytest.approx(1.0, abs=1e-3)
        lines = [[60, 61, 62], [63], [60, 61], []]
        totals = model.score(state, lines)
        assert totals[3] == 0 and totals[2] > totals[0]
        for line, total in zip(lines, totals, strict=True):
            walked, here = 0.0, state
            for token in line:
                walked += float(model.foretell(here)[0, token])
                here = model.advance(here, np.array([0]), np.array([token]))
            assert total == pytest.approx(walked, abs=2e-3)


def test_a_mixture_is_nowhere_far_below_either_model(trained: tuple[Packed, Path]) -> None:
    net, counts = _both(trained)
    both = Mixture(net=net, counts=counts, share=0.6)
    tokens = trained[0].train[0][:9].tolist()
    scores, of_net, of_counts = (model.foretell(model.read(tokens))[0] for model in (both, net, counts))
    assert (scores >= of_net + np.log(0.6) - 1e-4).all() and (scores >= of_counts + np.log(0.4) - 1e-4).all()
    assert (scores <= np.maximum(of_net, of_counts) + 1e-4).all()


def test_counts_find_one_probability_by_both_ways(trained: tuple[Packed, Path]) -> None:
    counts = _both(trained)[1]
    for context in ((60, 61, 62), (0, 0, 45), (50, 46, 47)):
        whole = counts.shares(context)  # type: ignore[attr-defined]
        tokens = np.arange(len(whole))
        single = counts.at(np.tile(np.array(context), (len(whole), 1)), tokens)  # type: ignore[attr-defined]
        assert whole.sum() == pytest.approx(1.0, abs=1e-4)
        assert np.allclose(whole, single, rtol=1e-4, atol=1e-12)


def test_evaluation_takes_the_folder_that_training_takes(trained: tuple[Packed, Path], poems: Path, tmp_path: Path) -> None:
    _, folder = trained
    from_poems = evaluate_verse(folder / "model", poems)
    packed_before = evaluate_verse(folder / "model", folder / "packed")
    assert from_poems["r2l_net_nats_a_word"] == pytest.approx(packed_before["r2l_net_nats_a_word"], abs=0.3)
    with pytest.raises(Wrong, match="no verse model is here"):
        evaluate_verse(tmp_path, poems)
    with pytest.raises(Wrong, match=r"no poems-\*"):
        evaluate_verse(folder / "model", tmp_path)


def test_evaluation_measures_nets_and_counts_on_the_same_words(trained: tuple[Packed, Path]) -> None:
    packed, folder = trained
    export_counts(packed, folder / "model", command="test", report=_quiet)
    results = evaluate_verse(folder / "model", folder / "packed")
    assert {"r2l_net_nats_a_word", "r2l_ngram_nats_a_word", "l2r_net_perplexity"} <= set(results)
    assert results["r2l_ngram_nats_a_word"] < np.log(len(packed.vocabulary))
    # The card of the counts, written over that of the nets, keeps what that said.
    assert "r2l_valid_nats_a_token" in (folder / "model" / "card.toml").read_text(encoding="utf-8")
    card = (folder / "model" / "card.toml").read_text(encoding="utf-8")
    assert "Carnegie Mellon" in card and "generator.onnx" in card


def test_missing_and_damaged_models_are_named(trained: tuple[Packed, Path], tmp_path: Path) -> None:
    with pytest.raises(Wrong, match="no verse model is here"):
        open_models(tmp_path / "nowhere")
    (tmp_path / "generator.onnx").write_bytes(b"broken")
    (tmp_path / "words.tsv").write_bytes((trained[1] / "model" / "words.tsv").read_bytes())
    with pytest.raises(Broken, match=r"generator\.onnx"):
        open_models(tmp_path)
