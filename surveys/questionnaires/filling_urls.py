"""Addresses for those who fill in: short, since they stand in letters and behind QR codes."""

from django.urls import URLPattern, path

from surveys.questionnaires.views import filling

app_name = "filling"


def pages_of(door: str) -> list[URLPattern]:
    """The pages behind one sort of link."""
    more = {"door": door}
    return [
        path(f"{door}/<str:token>/", filling.start, more, name=door),
        path(f"{door}/<str:token>/<int:number>/", filling.page, more, name=f"{door}_page"),
        path(f"{door}/<str:token>/check/", filling.check, more, name=f"{door}_check"),
        path(f"{door}/<str:token>/done/", filling.done, more, name=f"{door}_done"),
        path(f"{door}/<str:token>/decline/", filling.decline, more, name=f"{door}_decline"),
    ]


urlpatterns = [*pages_of("answer"), *pages_of("survey")]
