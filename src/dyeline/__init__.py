"""Dyeline: individually marked copies of confidential documents, and what a leak of one shows."""

__version__ = "0.1.0"
