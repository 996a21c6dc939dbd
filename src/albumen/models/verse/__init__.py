"""The verse language models: from old poems to two small nets that write and judge lines.

A newcomer reads `text.py` and `vocabulary.py` (what a line looks like to a model), then `prepare.py` (poems to packed
rows), `net.py` and `train.py` (PyTorch, training only), `export.py` and `run.py` (ONNX, all that is needed to write),
and `ngram.py`, the counting model that is both the baseline and the fallback.
"""
