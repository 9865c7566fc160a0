"""The declared KPIs by stretch of the customer's way; formulas in words, with their sources where they have one."""
