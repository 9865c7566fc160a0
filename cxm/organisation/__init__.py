"""The company: units as a tree, people with position, lead and absences, and the executive sponsor."""
