"""The verbs of Albumen for Python: the same words as on the command line.

>>> import albumen, tempfile
>>> home = tempfile.mkdtemp()
>>> folder = albumen.new(f"{home}/album", title="Harbour", theme="ships at night", songs=1, composer="echo", sound="echo")
>>> albumen.make(folder.path, until="compose").songs[0].stages["compose"]
'done'
"""

from __future__ import annotations

from albumen.api.album_verbs import demo, doctor, explain, make, new, status

__all__ = ["demo", "doctor", "explain", "make", "new", "status"]
