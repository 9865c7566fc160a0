"""Courses in versions; rules, assignments, progress, attempts, certificates."""

from surveys.training.models.assignment import Assignment, AssignmentQuerySet, Rule
from surveys.training.models.course import Course, CourseVersion, Lesson
from surveys.training.models.evidence import (
    Attempt,
    Certificate,
    CertificateQuerySet,
    CertifiedStandard,
    LessonDone,
)

__all__ = [
    "Assignment",
    "AssignmentQuerySet",
    "Attempt",
    "Certificate",
    "CertificateQuerySet",
    "CertifiedStandard",
    "Course",
    "CourseVersion",
    "Lesson",
    "LessonDone",
    "Rule",
]
