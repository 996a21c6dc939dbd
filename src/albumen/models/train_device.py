"""How any net trains on the device at hand: in which arithmetic, and by which clock."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable

import torch


def autocast(device: torch.device) -> contextlib.AbstractContextManager[object]:
    """bfloat16 where it is fast, else nothing."""
    fast = device.type == "cuda" or torch.backends.mkldnn.is_available()
    return torch.autocast(device.type, dtype=torch.bfloat16) if fast else contextlib.nullcontext()


def clock_for(device: torch.device) -> Callable[[], float]:
    """Seconds of training: of the clock on a GPU; of the processor's own time, per thread, where others may share it."""
    return time.monotonic if device.type == "cuda" else lambda: time.process_time() / torch.get_num_threads()
