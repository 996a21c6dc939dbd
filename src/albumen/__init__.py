"""Albumen turns a folder of songs into a finished album, on your own computer."""

__version__ = "0.1.0"
