"""Everything that is checked: `uv run python -m tests`, and `uv run python -m tests --help` for parts of it."""
