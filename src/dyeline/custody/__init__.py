"""Keys and sealed identities: who can read what, by standard formats alone. Pure: no files, no database, no clock."""
