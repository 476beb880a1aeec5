"""What select-all and copy in real viewers gives of a marked PDF, and what of it a trace can read."""
