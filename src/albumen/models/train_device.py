"""How any net trains on the device at hand: in which arithmetic, and by which clock."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable

import torch


def fast_dtype(device: torch.device) -> torch.dtype:
    """bfloat16 where the device computes in it, else float32: emulated, bfloat16 is many times slower."""
    able = torch.cpu.get_capabilities() if device.type == "cpu" else {}
    fast = device.type == "cuda" or able.get("amx_bf16") or able.get("avx512_bf16")
    return torch.bfloat16 if fast else torch.float32


def autocast(device: torch.device) -> contextlib.AbstractContextManager[object]:
    """Arithmetic in `fast_dtype`, where that is not what nets compute in anyway."""
    dtype = fast_dtype(device)
    return contextlib.nullcontext() if dtype == torch.float32 else torch.autocast(device.type, dtype=dtype)


def clock_for(device: torch.device) -> Callable[[], float]:
    """Seconds of training: of the clock on a GPU; of the processor's own time, per thread, where others may share it."""
    return time.monotonic if device.type == "cuda" else lambda: time.process_time() / torch.get_num_threads()
