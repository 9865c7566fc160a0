"""Urls of this room."""

from django.urls import path

from surveys.assessment.views import files, results, start, tasks

app_name = "assessment"
urlpatterns = [
    path("", start.start, name="start"),
    path("instruments/<slug:code>/take-over/", start.instrument_take_over, name="take_over"),
    path("trend/<int:pk>/", results.trend, name="trend"),
    path("waves/<int:pk>/", results.results, name="results"),
    path("waves/<int:pk>/questions/", results.questions, name="questions"),
    path("waves/<int:pk>/questions/<slug:code>/", results.question, name="question"),
    path("waves/<int:pk>/questions/<slug:code>/task/", tasks.task_new, name="task_new"),
    path("waves/<int:pk>/comments/", results.comments, name="comments"),
    path("waves/<int:pk>/report/", files.report, name="report"),
    path("waves/<int:pk>/workbook/", files.workbook, name="workbook"),
    path("tasks/", tasks.task_list, name="tasks"),
    path("tasks/mine/", tasks.mine, name="mine"),
    path("tasks/<int:pk>/", tasks.task, name="task"),
    path("tasks/<int:pk>/edit/", tasks.task_edit, name="task_edit"),
    path("tasks/<int:pk>/end/", tasks.task_end, name="task_end"),
]
