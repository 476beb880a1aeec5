"""Where things are kept: Django models on SQLite, content-addressed blobs, key files, locks."""
