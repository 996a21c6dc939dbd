from __future__ import annotations

import pytest

from albumen.work.errors import Wrong
from albumen.work.plugins import load, names


def test_an_unknown_plug_in_is_wrong_and_the_known_are_named() -> None:
    assert "echo" in names("composers")
    with pytest.raises(Wrong, match=r"no composer called 'mozart'.*echo"):
        load("composers", "mozart")


def test_an_unknown_group_is_a_bug() -> None:
    with pytest.raises(ValueError, match="groups are"):
        names("drummers")
