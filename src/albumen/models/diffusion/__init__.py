"""A diffusion model of the user's own, read from a folder on this machine: pictures in words, never fetched from anywhere.

`folder.py` finds and checks the folder and needs nothing; `net.py` runs the model with PyTorch and diffusers.
"""
