"""Benchmarks of documents with pages, and of exhibits that are pictures of them."""
