"""Reads our own forms back: codes say which form it is, corner marks where its boxes lie, ink which are marked.

Nothing is guessed: what is not clear goes to a person, with the reason and a picture of the place.
"""
