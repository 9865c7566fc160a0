"""WHAT PEOPLE ANSWER: employees and customers. Knows the ground and the touchpoints; nobody below knows it."""
