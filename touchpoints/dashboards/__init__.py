"""The views from above: the sponsor's page and the phases. Reads the rooms below; keeps only what is decided here
and who gets the page by mail."""
