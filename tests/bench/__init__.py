"""Benchmarks: ratios within one run, never times as tests. `uv run python -m tests.bench [name ...] [--small]`."""
