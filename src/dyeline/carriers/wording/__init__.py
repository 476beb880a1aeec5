"""Marks in the wording: alternations that a reader does not notice and a retyper copies."""
