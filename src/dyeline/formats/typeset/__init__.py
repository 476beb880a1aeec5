"""Making a PDF of another document's content, and writing marks into it."""
