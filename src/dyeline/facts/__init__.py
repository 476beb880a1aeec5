"""Facts: which values of a fact sheet stand in a text, in whose words it may be. Pure; knows no file format."""
