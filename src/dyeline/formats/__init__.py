"""Files to text with positions, and back with marks; every byte from outside is parsed here."""
