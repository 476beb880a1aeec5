"""Canonical text, folding, words and offsets. Pure: no files, no clock, no randomness."""
