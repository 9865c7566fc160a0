"""The url table of the house; each room brings its own."""

from django.urls import include, path
from django.views.generic import RedirectView

from cxm import pages
from cxm.accounts.views import sign_in
from cxm.api import api

urlpatterns = [
    path("", pages.home, name="home"),
    path("healthz", pages.healthz, name="healthz"),
    path("readyz", pages.readyz, name="readyz"),
    path("help/", pages.help_index, name="help"),
    path("help/<slug:topic>/", pages.help_page, name="help_page"),
    # One signs in with the e-mail, so it is changed by administrators only: allauth's own page is closed.
    path("sign-in/email/", RedirectView.as_view(pattern_name="accounts:profile"), name="account_email"),
    path("sign-in/login/code/confirm/", sign_in.confirm_code, name="account_confirm_login_code"),
    path("sign-in/", include("allauth.urls")),
    path("accounts/", include("cxm.accounts.urls")),
    path("organisation/", include("cxm.organisation.urls")),
    path("imports/", include("cxm.imports.urls")),
    path("notices/", include("cxm.notices.urls")),
    path("history/", include("cxm.audit.urls")),
    path("touchpoints/", include("touchpoints.inventory.urls")),
    path("kpis/", include("touchpoints.kpis.urls")),
    path("dashboards/", include("touchpoints.dashboards.urls")),
    path("questionnaires/", include("surveys.questionnaires.urls")),
    path("assessment/", include("surveys.assessment.urls")),
    path("", include("surveys.questionnaires.filling_urls")),
    path("training/", include("surveys.training.urls")),
    path("", include("surveys.training.public_urls")),
    path("api/v1/", api.urls),
]

handler400 = "cxm.pages.bad_request"
handler403 = "cxm.pages.forbidden"
handler404 = "cxm.pages.not_found"
handler500 = "cxm.pages.server_error"
