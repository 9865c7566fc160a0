"""Pages of the inventory, one module a noun."""
