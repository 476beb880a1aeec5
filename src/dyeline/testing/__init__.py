"""Contract kits and synthetic paths: for our own tests and for authors of plug-ins."""
