"""What a leak of this size on this path would show, said before the document is shared."""
