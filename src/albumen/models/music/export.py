"""The trained net as an ONNX graph for onnxruntime on a processor, built node by node.

The cache stays with the caller and is written in place: one row of slots, a slot a word, in which the words of all takes
lie in the order in which they were read. Which slots a new word may see is the caller's to say (`bias`), so takes share what
they have in common and go through every product of matrices together. What was read before always lies before what is new.
The float graph is for reference, the 8-bit one for use.

    inputs   ids, positions [1, new] int64; places [some] int64 (which of `new` get logits)
             bias [1, 1, new, past + new] float32 (0 seen, very negative hidden)
             last [1] int32, total [] int32 (past + new - 1, past + new)
             past_key_0.., past_value_0.. [1, key heads, room, 64] float32, room at least past + new
    outputs  logits [1, some, vocabulary]; present_key_0.., present_value_0..: bound to the memory of the past ones
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from albumen.models.music.net import ATTENTION_SCALE, HEAD_WIDTH, NORM_EPSILON, MusicNet, NetShape, rotary_tables
from albumen.models.music.tokens import vocabulary as v
from albumen.work.files import replacing

Precision = Literal["float32", "int8"]
BLOCK = 64  # weights that share one scale
MICROSOFT = "com.microsoft"


def export_onnx(net: MusicNet, path: Path, precision: Precision, notes: Mapping[str, str] | None = None) -> None:
    """Write the graph of `net` to `path`; `notes` (plain words) go into its properties beside the shape."""
    weights = {name: weight.detach().float().cpu().numpy() for name, weight in net.named_parameters()}
    model = build_graph(net.shape, weights, precision, notes or {})
    with replacing(path) as temporary:
        temporary.write_bytes(model.SerializeToString())


def build_graph(
    shape: NetShape, weights: Mapping[str, NDArray[np.float32]], precision: Precision, notes: Mapping[str, str]
) -> onnx.ModelProto:
    """The whole graph with its weights inside."""
    return _Graph(shape, weights, precision, notes).model()


class _Graph:
    """Collects nodes and initial values."""

    def __init__(
        self, shape: NetShape, weights: Mapping[str, NDArray[np.float32]], precision: Precision, notes: Mapping[str, str]
    ) -> None:
        self.shape, self.weights, self.precision, self.notes = shape, weights, precision, notes
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
        self.constant("query_and_key", np.array([inner, keys], np.int64))
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
            "shape": json.dumps({**shape.to_json(), "head_width": HEAD_WIDTH}), "words": str(v.VERSION), **self.notes,
        })  # fmt: skip
        return model

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

    def attention(self, layer: int, both: str, value: str) -> str:
        """What the new words find in the slots and in each other: [1, new, heads x HEAD_WIDTH]."""
        prefix = f"blocks.{layer}."
        query, key = self.nodes_out("Split", [both, "query_and_key"], [prefix + "query", prefix + "key"], axis=-1)
        past, present = [f"past_key_{layer}", f"past_value_{layer}"], [f"present_key_{layer}", f"present_value_{layer}"]
        given = [query, key, value, *past, "last", "total", "", "", "", "bias"]
        outs = [prefix + "attended", *present]
        # The scale of attention is in the heads' norm already.
        return self.nodes_out(
            "GroupQueryAttention", given, outs, domain=MICROSOFT, num_heads=self.shape.heads,
            kv_num_heads=self.shape.key_heads, scale=1.0,
        )[0]  # fmt: skip

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
            helper.make_tensor_value_info("bias", real, [1, 1, "new", "all"]),
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
            self.constants.append(numpy_helper.from_array(value, name))
        return name


def quantize(matrix: NDArray[np.float32]) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """[rows, columns] as bytes [rows, blocks, BLOCK] around 128 and one scale a block; columns must divide by BLOCK."""
    blocks = matrix.reshape(matrix.shape[0], -1, BLOCK)
    scales = np.abs(blocks).max(axis=2, keepdims=True) / 127
    levels = np.round(blocks / np.maximum(scales, 1e-12)) + 128
    return np.clip(levels, 1, 255).astype(np.uint8), scales[..., 0].astype(np.float32)
