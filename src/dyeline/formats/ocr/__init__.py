"""Text recognition: lines of text and where they stand in a picture."""
