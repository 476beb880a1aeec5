"""Marks in the pixels of pictures: which block of a picture says what, and how it is written there."""
