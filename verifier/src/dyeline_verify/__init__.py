"""Checks an evidence bundle of Dyeline without Dyeline: standard library and ``cryptography``, nothing else."""

__version__ = "0.1.0"
