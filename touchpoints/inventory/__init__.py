"""The touchpoints: where they stand, how they should feel, who answers for them, what they need."""
