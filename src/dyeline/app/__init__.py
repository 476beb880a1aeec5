"""What a user can ask for: one function per intention. Every door (command line, web) calls these."""
