"""Benchmarks, which compare several servers in the same run: ``make bench``."""
