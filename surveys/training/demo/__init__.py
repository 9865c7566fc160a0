"""The demo's training: three courses of Hainbuch Möbel; some have passed, some are overdue, one is stuck."""

from copy import copy
from datetime import datetime, time, timedelta

from django.utils import timezone

from cxm.accounts.models import User
from cxm.kit.access import Role
from cxm.kit.demo import World
from surveys.training.actions.assigning import assign_due
from surveys.training.actions.courses import create_course, publish_course, write_lesson, write_quiz
from surveys.training.actions.learning import begin_attempt, finish_attempt, finish_lesson
from surveys.training.actions.nightly import note_figures
from surveys.training.choices import LessonKind, RuleKind
from surveys.training.demo.texts import COURSES, Text
from surveys.training.models import Assignment, Course, CourseVersion, Rule
from surveys.training.standing import steps_of

PUBLISHED = 68  # days ago: after the newest standards of the demo
ASSIGNED = 66
PASSED = ("Dirk Hoffmann", "Svetlana Popowa", "Frank Lindemann", "Gregor Grau", "Mia Meyer", "Heike Behrens")
BEGUN = ("Emil Ernst", "Uwe Sommer", "Otto Özdemir")  # have stopped after the first lesson
STUCK = "Marco Rossi"


def load(world: World) -> None:
    """Courses, rules, assignments of two months ago, and how far people have come since."""
    users: dict[str, User] = world.things["users"]
    chance = copy(world.rng)
    courses = [make(world, text, users["mia"]) for text in COURSES]
    make_rules(world, courses)
    assign_due(at=world.ago(ASSIGNED))
    for one in Assignment.objects.select_related("person__user").order_by("course", "person__name_sort"):
        begun = moment(world, ASSIGNED - chance.randint(3, 27))
        actor = one.person.user or users["mia"]
        if one.person.name in PASSED:
            learn(one, actor, begun)
            attempt = begin_attempt(assignment=one, actor=actor)
            right = COURSES[courses.index(one.course)].right
            finish_attempt(attempt=attempt, answers=right, actor=actor, at=begun + timedelta(minutes=40))
        elif one.person.name in BEGUN:
            learn(one, actor, begun, most=1)
        elif one.person.name == STUCK:
            learn(one, actor, begun)
            wrong = COURSES[courses.index(one.course)].wrong
            for day in range(2):
                attempt = begin_attempt(assignment=one, actor=actor)
                finish_attempt(attempt=attempt, answers=wrong, actor=actor, at=begun + timedelta(days=day))
    assign_due(at=world.today)
    for days in range(57, 0, -7):  # the nights since, one a week; the last one is that before today
        note_figures(at=world.ago(days))


def make(world: World, text: Text, actor: User) -> Course:
    """One course, written and published."""
    course = create_course(
        actor=actor, name=text.name, summary=text.summary, days_to_learn=30, refresh_months=text.months,
        refresh_month=text.month,
    )  # fmt: skip
    version = CourseVersion.objects.get(course=course)
    touchpoints = world.things["touchpoints"]
    for title, body, touchpoint in text.lessons:
        kind = LessonKind.STANDARD if touchpoint else LessonKind.TEXT
        fields = {"kind": kind, "title": title, "body": body, "touchpoint": touchpoints.get(touchpoint)}
        write_lesson(version=version, fields=fields, actor=actor)
    write_quiz(version=version, questions=text.questions, pass_mark=80, actor=actor)
    version = CourseVersion.objects.get(pk=version.pk)
    publish_course(version=version, actor=actor, at=moment(world, PUBLISHED))
    return Course.objects.get(pk=course.pk)


def make_rules(world: World, courses: list[Course]) -> None:
    """Brand basics for who leads and manages; the two standards for who works there, and for the hotline as a team."""
    brand, delivery, phone = courses
    touchpoints, units = world.things["touchpoints"], world.things["units"]
    rules = [
        Rule(course=brand, kind=RuleKind.ROLE, role=role)
        for role in (Role.CX_MANAGER, Role.OWNER, Role.EMPLOYEE)
    ]
    rules.append(Rule(course=brand, kind=RuleKind.UNIT, unit=units["Filiale Bremen"]))
    for course, text in ((delivery, COURSES[1]), (phone, COURSES[2])):
        rules += [
            Rule(course=course, kind=RuleKind.WORKING, touchpoint=touchpoints[name])
            for _title, _body, name in text.lessons
            if name
        ]
    rules.append(Rule(course=phone, kind=RuleKind.UNIT, unit=units["Hotline"]))
    Rule.objects.bulk_create(rules)


def learn(assignment: Assignment, actor: User, at: datetime, *, most: int = 100) -> None:
    """Work through the lessons, or the first of them."""
    for step in steps_of(assignment)[:most]:
        seen = step.standard.pk if step.standard else None
        finish_lesson(assignment=assignment, lesson=step.lesson, seen=seen, actor=actor, at=at)


def moment(world: World, days: int) -> datetime:
    """Ten o'clock so many days ago."""
    return timezone.make_aware(datetime.combine(world.ago(days), time(10)))
