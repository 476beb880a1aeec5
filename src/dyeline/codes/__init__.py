"""Keyed codewords: which variant stands where, for whom. Pure."""
