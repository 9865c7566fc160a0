"""Every write of the inventory, one module a noun."""
