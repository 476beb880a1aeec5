"""The process in which bytes from strangers are taken apart: what it may do, and how it answers."""
