"""Fingerprints of values and files: what decides whether a piece of work was done before.

A value is put in one canonical form first (sorted keys, exact floats, fields marked as manner left out), so equal
meaning gives equal digests on every machine.
"""

from __future__ import annotations

import dataclasses
import enum
import hashlib
import json
from collections.abc import Mapping, Set
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

# Mark a dataclass field with `metadata=MANNER` when it says how work is done (threads, a path), not what comes out.
MANNER: Mapping[str, Any] = MappingProxyType({"manner": True})


def digest_bytes(data: bytes) -> str:
    """SHA-256 of bytes, as 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def digest_file(path: Path) -> str:
    """SHA-256 of a file's contents, read in pieces."""
    with Path(path).open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def digest_of(value: object) -> str:
    """SHA-256 of a value's canonical form.

    >>> digest_of({"b": 1, "a": (1.5, None)}) == digest_of({"a": [1.5, None], "b": 1})
    True
    """
    return digest_bytes(json.dumps(canonical(value), sort_keys=True, separators=(",", ":")).encode())


def canonical(value: object) -> Any:
    """The value as JSON can hold it, in one form per meaning.

    Dataclasses become objects without their manner fields, arrays their type, shape and digest.
    Raises `TypeError` for what has no such form (functions, open files, plain objects).
    """
    if value is None or isinstance(value, bool | int | str):
        return value.value if isinstance(value, enum.Enum) else value
    if isinstance(value, float):
        return float(value)
    if isinstance(value, np.generic):
        return canonical(value.item())
    if isinstance(value, enum.Enum):
        return canonical(value.value)
    if isinstance(value, bytes):
        return {"bytes": digest_bytes(value)}
    if isinstance(value, np.ndarray):
        return {"array": [str(value.dtype), list(value.shape), digest_bytes(np.ascontiguousarray(value).tobytes())]}
    return _canonical_group(value)


def _canonical_group(value: object) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: canonical(getattr(value, field.name))
            for field in dataclasses.fields(value)
            if not field.metadata.get("manner")
        }
    if isinstance(value, Mapping):
        # Two different keys must not meet in one text, so keys that are no text carry their type.
        pairs = ((key if isinstance(key, str) else f"{type(key).__name__}:{canonical(key)}", v) for key, v in value.items())
        return {key: canonical(item) for key, item in sorted(pairs, key=lambda pair: pair[0])}
    if isinstance(value, Set):
        return sorted((canonical(item) for item in value), key=lambda item: json.dumps(item, sort_keys=True))
    if isinstance(value, list | tuple):
        return [canonical(item) for item in value]
    raise TypeError(f"a {type(value).__name__} has no canonical form")
