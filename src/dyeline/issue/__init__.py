"""Before a leak: document -> sites -> codewords -> marked copy -> re-read (gate) -> record."""
