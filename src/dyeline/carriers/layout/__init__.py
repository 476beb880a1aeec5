"""Marks in the layout of a page: words that stand a little further left or right."""
