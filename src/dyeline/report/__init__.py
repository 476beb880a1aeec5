"""An evidence bundle and the report in it: what goes in, in which words, on which pages. Pure."""
