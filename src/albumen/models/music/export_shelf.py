"""A file of weights that several ONNX graphs point into, so that they are stored once."""

from __future__ import annotations

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper

GRAIN = 4096  # weights begin at multiples of so many bytes, as a memory page does; smaller values stay in the graph


class Shelf:
    """The weights in the order in which they were first asked for; `name` is that of the file."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._parts: list[bytes] = []
        self._size = 0
        self._places: dict[str, tuple[int, int]] = {}

    def tensor(self, name: str, value: NDArray[np.generic]) -> onnx.TensorProto:
        """The weight `name`, which is put into the file when it is named for the first time."""
        if name not in self._places:
            content = value.tobytes()
            gap = -self._size % GRAIN
            self._places[name] = self._size + gap, len(content)
            self._parts += [bytes(gap), content]
            self._size += gap + len(content)
        tensor = TensorProto(name=name, dims=value.shape, data_type=helper.np_dtype_to_tensor_dtype(value.dtype))
        tensor.data_location = TensorProto.EXTERNAL
        offset, length = self._places[name]
        for key, told in (("location", self.name), ("offset", offset), ("length", length)):
            tensor.external_data.add(key=key, value=str(told))
        return tensor

    def content(self) -> bytes:
        """The whole file."""
        return b"".join(self._parts)
