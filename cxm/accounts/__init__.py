"""Who signs in: users with their roles and preferences, invitations, API keys, and the matrix of rights."""
