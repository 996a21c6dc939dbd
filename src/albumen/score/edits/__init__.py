"""Edits: what a producer may do to a score, one value per command. `edit.py` beside this folder applies and stores them.

Bars count from 0 in values and from 1 in words. Every edit is a frozen dataclass with `applied(score) -> Score`.
"""
