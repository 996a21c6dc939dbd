"""The trained net as two ONNX graphs for onnxruntime on a processor, built node by node.

The cache stays with the caller and is written in place: one row of slots, a slot a word, in which the words of all takes
lie in the order in which they were read. Which slots a new word may see is the caller's to say (`bias`), so takes share what
they have in common and go through every product of matrices together. What was read before always lies before what is new.
The float graph is for reference, the 8-bit one for use.

Both graphs use the same weights (`music.weights`). `read.onnx` is for many words at once, `step.onnx` for a few: there the
query heads that share a key head (`share` of them) go through attention as so many more words, because a product of
matrices costs little more for a few more rows, but much for another head. So it writes `share` x `new` slots: the first
`new` are the words' own, the others hold nothing, are hidden by the caller, and are written over by the next words. In
`read.onnx` `share` is 1.

    inputs   ids, positions [1, new] int64; places [some] int64 (which of `new` get logits)
             bias [1, 1, share x new, all] float32 (0 seen, very negative hidden), all = past + share x new
             last [1] int32, total [] int32 (all - 1, all)
             past_key_0.., past_value_0.. [1, key heads, room, 64] float32, room at least `all`
    outputs  logits [1, some, vocabulary]; present_key_0.., present_value_0..: bound to the memory of the past ones
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from albumen.models.music.export_shelf import GRAIN, Shelf
from albumen.models.music.net import ATTENTION_SCALE, HEAD_WIDTH, NORM_EPSILON, MusicNet, NetShape, rotary_tables
from albumen.models.music.run import GRAPH_VERSION, READ, STEP, WEIGHTS
from albumen.models.music.tokens import vocabulary as v
from albumen.work.files import replacing

Precision = Literal["float32", "int8"]
BLOCK = 64  # weights that share one scale
MICROSOFT = "com.microsoft"


def export_onnx(net: MusicNet, folder: Path, precision: Precision, notes: Mapping[str, str] | None = None) -> None:
    """Write the graphs of `net` and their weights to `folder`; `notes` (plain words) go into the graphs' properties."""
    weights = {name: weight.detach().float().cpu().numpy() for name, weight in net.named_parameters()}
    shelf = Shelf(WEIGHTS)
    graphs = {
        name: kind(net.shape, weights, precision, notes or {}, shelf).model().SerializeToString()
        for name, kind in ((READ, _ReadGraph), (STEP, _StepGraph))
    }
    for name, content in {WEIGHTS: shelf.content(), **graphs}.items():
        with replacing(folder / name) as temporary:
            temporary.write_bytes(content)


class _Graph(ABC):
    """Collects nodes and initial values."""

    def __init__(
        self, shape: NetShape, weights: Mapping[str, NDArray[np.float32]], precision: Precision, notes: Mapping[str, str],
        shelf: Shelf,
    ) -> None:  # fmt: skip
        self.shape, self.precision, self.notes, self.shelf = shape, precision, notes, shelf
        self.share = shape.heads // shape.key_heads
        self.weights = {name: self.in_order(name, weight) for name, weight in weights.items()}
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self.names: set[str] = set()

    def model(self) -> onnx.ModelProto:
        """Lay all nodes and close the graph."""
        shape = self.shape
        cosines, sines = rotary_tables(shape.context)
        self.constant("cosines", cosines.numpy())
        self.constant("sines", sines.numpy())
        table = self.weights["embedding"] * np.float32(shape.width**0.5)
        self.constant("table", table if self.precision == "float32" else table.astype(np.float16))
        self.constant("ones_width", np.ones(shape.width, np.float32))
        # Queries and keys are normalised and turned together; each carries half of the scale of attention.
        self.constant("half_scale", np.full(HEAD_WIDTH, ATTENTION_SCALE**0.5, np.float32))
        both = shape.heads + shape.key_heads
        self.constant("both_heads", np.array([0, 0, both, HEAD_WIDTH], np.int64))
        self.constant("both_flat", np.array([0, 0, both * HEAD_WIDTH], np.int64))
        inner, keys = shape.heads * HEAD_WIDTH, shape.key_heads * HEAD_WIDTH
        self.constant("both_and_value", np.array([inner + keys, keys], np.int64))
        self.constant("key_and_query", np.array([keys, inner], np.int64))
        self.constant("key_and_shares", np.full(1 + self.share, keys, np.int64))
        self.constant("by_share", np.array([0, 0, self.share, shape.key_heads, HEAD_WIDTH], np.int64))
        self.constant("by_key", np.array([0, 0, shape.key_heads, self.share, HEAD_WIDTH], np.int64))
        self.constant("flat", np.array([0, 0, inner], np.int64))
        self.constant("gate_up_cut", np.array([shape.hidden, shape.hidden], np.int64))
        stream = self.node("Gather", ["table", "ids"], "stream_looked_up", axis=0)
        stream = self.node("Cast", [stream], "stream_start", to=TensorProto.FLOAT)
        norm = self.node("SimplifiedLayerNormalization", [stream, "ones_width"], "norm_start", axis=-1, epsilon=NORM_EPSILON)
        for layer in range(shape.layers):
            stream, norm = self.layer(layer, stream, norm)
        chosen = self.node("Gather", [norm, "places"], "chosen", axis=1)
        self.linear("embedding", chosen, "logits")
        graph = helper.make_graph(self.nodes, "music", self.inputs(), self.outputs(), self.constants)
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid(MICROSOFT, 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=8, producer_name="albumen")
        helper.set_model_props(model, {
            "shape": json.dumps({**shape.to_json(), "head_width": HEAD_WIDTH}), "words": str(v.VERSION), "graph": GRAPH_VERSION,
            **self.notes,
        })  # fmt: skip
        return model

    def in_order(self, name: str, weight: NDArray[np.float32]) -> NDArray[np.float32]:
        """A weight with its heads in shares: keys, then the first query head of each key head, then the second of each;
        values last."""
        shape = self.shape
        if not name.endswith(("query_key_value", "attention_out")):
            return weight
        queries = np.arange(shape.heads).reshape(shape.key_heads, self.share).T.reshape(-1)
        if name.endswith("attention_out"):
            return weight.reshape(shape.width, shape.heads, HEAD_WIDTH)[:, queries].reshape(weight.shape)
        keys = np.arange(shape.heads, shape.heads + shape.key_heads)
        heads = np.concatenate([keys, queries, keys + shape.key_heads])
        return weight.reshape(-1, HEAD_WIDTH, shape.width)[heads].reshape(weight.shape)

    def layer(self, layer: int, stream: str, norm: str) -> tuple[str, str]:
        """One layer; takes and gives the stream and its normalised form."""
        prefix = f"blocks.{layer}."
        together = self.linear(prefix + "query_key_value", norm, prefix + "together")
        both, value = self.nodes_out("Split", [together, "both_and_value"], [prefix + "both", prefix + "value"], axis=-1)
        attended = self.attention(layer, self.turned(both), value)
        out = self.linear(prefix + "attention_out", attended, prefix + "attention_out_done")
        norm, stream = self.add_and_norm(stream, out, prefix + "middle")
        gate_up = self.linear(prefix + "gate_up", norm, prefix + "gate_up_done")
        gate, up = self.nodes_out("Split", [gate_up, "gate_up_cut"], [prefix + "gate", prefix + "up"], axis=-1)
        # QuickGelu with alpha 1 is SiLU in one node.
        gate = self.node("QuickGelu", [gate], prefix + "silu", domain=MICROSOFT, alpha=1.0)
        mixed = self.node("Mul", [gate, up], prefix + "mixed")
        down = self.linear(prefix + "down", mixed, prefix + "down_done")
        norm, stream = self.add_and_norm(stream, down, prefix + "end")
        return stream, norm

    @abstractmethod
    def attention(self, layer: int, both: str, value: str) -> str:
        """What the new words find in the slots and in each other: [1, new, heads x HEAD_WIDTH]."""

    def looked_up(self, layer: int, query: str, key: str, value: str, heads: int) -> str:
        """Attention of `heads` query heads over the slots, into which the new keys and values are written."""
        prefix = f"blocks.{layer}."
        past, present = [f"past_key_{layer}", f"past_value_{layer}"], [f"present_key_{layer}", f"present_value_{layer}"]
        given = [query, key, value, *past, "last", "total", "", "", "", "bias"]
        outs = [prefix + "attended", *present]
        # The scale of attention is in the heads' norm already.
        return self.nodes_out(
            "GroupQueryAttention", given, outs, domain=MICROSOFT, num_heads=heads, kv_num_heads=self.shape.key_heads, scale=1.0
        )[0]

    def turned(self, both: str) -> str:
        """Queries and keys, flat: each head brought to the size that the scale asks, then turned by its position."""
        heads = self.node("Reshape", [both, "both_heads"], both + "_heads")
        heads = self.node("SimplifiedLayerNormalization", [heads, "half_scale"], both + "_norm", axis=-1, epsilon=NORM_EPSILON)
        flat = self.node("Reshape", [heads, "both_flat"], both + "_flat")
        return self.node(
            "RotaryEmbedding", [flat, "positions", "cosines", "sines"], both + "_turned", domain=MICROSOFT,
            num_heads=self.shape.heads + self.shape.key_heads,
        )  # fmt: skip

    def add_and_norm(self, stream: str, more: str, name: str) -> tuple[str, str]:
        """The sum of stream and `more`: normalised, and as it is."""
        norm, _, _, total = self.nodes_out(
            "SkipSimplifiedLayerNormalization", [stream, more, "ones_width"],
            [name + "_norm", "", "", name + "_stream"], domain=MICROSOFT, epsilon=NORM_EPSILON,
        )  # fmt: skip
        return norm, total

    def linear(self, weight: str, value: str, out: str) -> str:
        """`value` times the transposed weight."""
        matrix = self.weights[weight]
        if self.precision == "float32":
            self.constant(weight + "_T", np.ascontiguousarray(matrix.T))
            return self.node("MatMul", [value, weight + "_T"], out)
        packed, scales = quantize(matrix)
        self.constant(weight + "_8bit", packed)
        self.constant(weight + "_scales", scales.reshape(-1))
        # Accuracy level 4: activations, too, are taken in 8 bits, which is what makes the products fast.
        return self.node(
            "MatMulNBits", [value, weight + "_8bit", weight + "_scales"], out, domain=MICROSOFT,
            N=matrix.shape[0], K=matrix.shape[1], bits=8, block_size=BLOCK, accuracy_level=4,
        )  # fmt: skip

    def inputs(self) -> list[onnx.ValueInfoProto]:
        """Declared inputs."""
        whole, short, real = TensorProto.INT64, TensorProto.INT32, TensorProto.FLOAT
        found = [
            helper.make_tensor_value_info("ids", whole, [1, "new"]),
            helper.make_tensor_value_info("positions", whole, [1, "new"]),
            helper.make_tensor_value_info("places", whole, ["some"]),
            helper.make_tensor_value_info("bias", real, [1, 1, "shared", "all"]),
            helper.make_tensor_value_info("last", short, [1]),
            helper.make_tensor_value_info("total", short, []),
        ]
        return found + [
            helper.make_tensor_value_info(f"past_{kind}_{layer}", real, self.slots())
            for layer in range(self.shape.layers)
            for kind in ("key", "value")
        ]

    def outputs(self) -> list[onnx.ValueInfoProto]:
        """Declared outputs."""
        found = [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, "some", self.shape.vocabulary])]
        return found + [
            helper.make_tensor_value_info(f"present_{kind}_{layer}", TensorProto.FLOAT, self.slots())
            for layer in range(self.shape.layers)
            for kind in ("key", "value")
        ]

    def slots(self) -> list[str | int | None]:
        """The shape of a layer's keys or values."""
        return [1, self.shape.key_heads, "room", HEAD_WIDTH]

    def node(self, kind: str, inputs: list[str], out: str, **attributes: Any) -> str:
        """Append a node with one output."""
        return self.nodes_out(kind, inputs, [out], **attributes)[0]

    def nodes_out(self, kind: str, inputs: list[str], outs: list[str], **attributes: Any) -> list[str]:
        """Append a node with several outputs."""
        self.nodes.append(helper.make_node(kind, inputs, outs, name=outs[0], **attributes))
        return outs

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        """Put a value into the graph once."""
        if name not in self.names:
            self.names.add(name)
            small = value.nbytes < GRAIN
            self.constants.append(numpy_helper.from_array(value, name) if small else self.shelf.tensor(name, value))
        return name


class _ReadGraph(_Graph):
    """The graph for many words: attention with the query heads of each key head beside each other."""

    def attention(self, layer: int, both: str, value: str) -> str:
        prefix = f"blocks.{layer}."
        key, query = self.nodes_out("Split", [both, "key_and_query"], [prefix + "key", prefix + "query"], axis=-1)
        query = self.swapped(query, "by_share", prefix + "query")
        return self.swapped(self.looked_up(layer, query, key, value, self.shape.heads), "by_key", prefix + "attended")

    def swapped(self, heads: str, order: str, name: str) -> str:
        """Flat heads that come `by_share` brought to the order by key, or the other way round."""
        apart = self.node("Reshape", [heads, order], name + "_apart")
        swapped = self.node("Transpose", [apart], name + "_swapped", perm=[0, 1, 3, 2, 4])
        return self.node("Reshape", [swapped, "flat"], name + "_flat")


class _StepGraph(_Graph):
    """The graph for a few words: attention with one query head for each key head and the words once for each share."""

    def attention(self, layer: int, both: str, value: str) -> str:
        prefix = f"blocks.{layer}."
        key, *queries = self.nodes_out(
            "Split", [both, "key_and_shares"], [prefix + part for part in ("key", *map(str, range(self.share)))], axis=-1
        )
        if self.share > 1:
            # What stands beside the further shares as keys and values is hidden by the caller.
            key = self.node("Concat", [key, *queries[1:]], prefix + "keys", axis=1)
            value = self.node("Concat", [value] * self.share, prefix + "values", axis=1)
        query = self.node("Concat", queries, prefix + "query", axis=1)
        found = self.looked_up(layer, query, key, value, self.shape.key_heads)
        shares = self.nodes_out("Split", [found], [f"{prefix}found_{place}" for place in range(self.share)], axis=1)
        return self.node("Concat", shares, prefix + "all_found", axis=-1)


def quantize(matrix: NDArray[np.float32]) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """[rows, columns] as bytes [rows, blocks, BLOCK] around 128 and one scale a block; columns must divide by BLOCK."""
    blocks = matrix.reshape(matrix.shape[0], -1, BLOCK)
    scales = np.abs(blocks).max(axis=2, keepdims=True) / 127
    levels = np.round(blocks / np.maximum(scales, 1e-12)) + 128
    return np.clip(levels, 1, 255).astype(np.uint8), scales[..., 0].astype(np.float32)
