"""Nouns that cross the borders between rooms: frozen dataclasses without behaviour of their own."""
