"""How the bundled bilingual model and the word-translation table are made.

Nothing else in the package imports from here: what is made is shipped as data. See ``README.md``.
"""
