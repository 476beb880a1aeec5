"""PDF: the text layer of any file, and marks in it that select-and-copy carries along."""
