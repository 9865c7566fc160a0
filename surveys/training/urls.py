"""Urls of this room."""

from django.urls import path

from surveys.training.views import certificates, courses, lessons, media, mine, overview, quiz, rules

app_name = "training"
urlpatterns = [
    path("", mine.mine, name="mine"),
    path("team/", overview.team, name="team"),
    path("learn/<int:pk>/", mine.learn, name="learn"),
    path("learn/<int:pk>/lessons/<int:lesson>/", mine.lesson, name="lesson"),
    path("learn/<int:pk>/quiz/", quiz.quiz, name="quiz"),
    path("learn/<int:pk>/quiz/<int:number>/", quiz.result, name="result"),
    path("certificates/<uuid:pk>/pdf/", certificates.pdf, name="certificate_pdf"),
    path("lessons/<int:pk>/media/", media.media, name="media"),
    path("lessons/<int:pk>/captions/", media.captions, name="captions"),
    path("lessons/<int:pk>/preview/", lessons.preview, name="lesson_preview"),
    path("lessons/<int:pk>/edit/", lessons.edit, name="lesson_edit"),
    path("lessons/<int:pk>/remove/", lessons.remove, name="lesson_remove"),
    path("courses/", courses.courses, name="courses"),
    path("courses/new/", courses.new, name="course_new"),
    path("courses/<int:pk>/", courses.course, name="course"),
    path("courses/<int:pk>/edit/", courses.edit, name="course_edit"),
    path("courses/<int:pk>/archive/", courses.archive, name="course_archive"),
    path("courses/<int:pk>/restore/", courses.restore, name="course_restore"),
    path("courses/<int:pk>/draft/", courses.draft, name="course_draft"),
    path("courses/<int:pk>/discard/", courses.discard, name="course_discard"),
    path("courses/<int:pk>/publish/", courses.publish, name="course_publish"),
    path("courses/<int:pk>/lessons/new/", lessons.new, name="lesson_new"),
    path("courses/<int:pk>/lessons/order/", lessons.order, name="lesson_order"),
    path("courses/<int:pk>/quiz/", quiz.write, name="quiz_write"),
    path("courses/<int:pk>/rules/new/", rules.new, name="rule_new"),
    path("rules/<int:pk>/end/", rules.end, name="rule_end"),
    path("assignments/", overview.assignments, name="assignments"),
    path("assignments/<int:pk>/waive/", rules.waive, name="waive"),
    path("matrix/", overview.matrix, name="matrix"),
    path("touchpoints/<int:pk>/", overview.touchpoint_panel, name="touchpoint_panel"),
]
