"""Layer 3: what leaves the house. Pictures of scores, tags, credits, the release folder, exports to other programs.

Read `release_folder.py` for what a release holds; everything else here makes one of its files.
"""
