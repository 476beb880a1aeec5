"""The command line: parse, call ``app``, print. One module a command; no rules of the house live here."""
