"""Layer 3: instruments, performance, stems, mix, running order, segues, master and meters.

Follow the sound of a song: `performance.py` (score to played notes), `stems.py` (played notes to one audio file a part),
`mix_song.py` (stems to a mix), `timeline.py` (mixes to one continuous album), `master.py` (album to finished cuts).
"""
