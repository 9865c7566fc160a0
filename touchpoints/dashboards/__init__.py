"""The views from above: the sponsor's page, phase pages. Reads the rooms below, keeps nothing itself."""
