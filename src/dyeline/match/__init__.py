"""Which version an exhibit comes from, and where: grams, their index, the search, the alignment."""
