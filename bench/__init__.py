"""Measurements that back the figures in the documentation; results are committed tables in ``results/``."""
