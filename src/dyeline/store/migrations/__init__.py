"""Schema changes in order. ``dyeline.store.database.SCHEMA`` is the number of the newest."""
