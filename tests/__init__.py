"""Everything that is checked: `uv run python -m tests`; parts of it: see `uv run python -m tests --help`."""
