"""Pages of the self-assessment."""
