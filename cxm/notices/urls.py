"""Urls of this room."""

from django.urls import path

from cxm.notices import views

app_name = "notices"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("read-all/", views.read_all, name="read_all"),
    path("<int:pk>/read/", views.read, name="read"),
    path("<int:pk>/open/", views.open_notice, name="open"),
    path("preferences/", views.preferences, name="preferences"),
    path("mails/", views.mail_list, name="mails"),
    path("mails/<int:pk>/", views.mail, name="mail"),
    path("mails/<int:pk>/resend/", views.resend, name="resend"),
    path("mails/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
]
