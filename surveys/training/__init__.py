"""Training: courses in versions that teach the live standards of touchpoints, who has to take them, who has passed.

Nothing is ever reset: a refresher is a further cycle, and attempts and certificates stay as they are.
"""
