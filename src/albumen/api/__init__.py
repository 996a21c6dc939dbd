"""The verbs of Albumen for Python: the same words as on the command line.

    import albumen
    album = albumen.new("my-album", title="Harbour", artist="Me", theme="ships at night", songs=3)
    albumen.make("my-album")
"""
