"""What the log keeps when processes are killed, the power fails, or the disk refuses; and how fast it is."""
