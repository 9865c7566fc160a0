"""The house looks at itself: instruments that are ready to open, their results, three mirrors, and what follows."""
