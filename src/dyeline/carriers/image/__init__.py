"""Marks in pictures: spread-spectrum patterns in blocks, read against the unmarked picture."""
