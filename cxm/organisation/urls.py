"""Urls of this room."""

from django.urls import path

from cxm.organisation.views import brand, brand_draft, brand_readers, company, door, leaving, people, units

app_name = "organisation"
urlpatterns = [
    path("set-up/", door.set_up, name="setup"),
    path("demo-sign-in/", door.demo_sign_in, name="demo_sign_in"),
    path("company/", company.company, name="company"),
    path("sponsor/", company.sponsor, name="sponsor"),
    path("sponsor/dismiss/", company.sponsor_dismiss, name="sponsor_dismiss"),
    path("brand/", brand.brand, name="brand"),
    path("brand/versions/<int:version>/", brand.brand_version, name="brand_version"),
    path("brand/confirm/", brand.brand_confirm, name="brand_confirm"),
    path("brand/support/", brand.brand_support, name="brand_support"),
    path("brand/draft/", brand_draft.brand_edit, name="brand_edit"),
    path("brand/draft/ask/", brand_draft.brand_ask, name="brand_ask"),
    path("brand/draft/publish/", brand_draft.brand_publish, name="brand_publish"),
    path("brand/draft/discard/", brand_draft.brand_discard, name="brand_discard"),
    path("brand/readers/", brand_readers.brand_readers, name="brand_readers"),
    path("brand/readers/remind/", brand_readers.brand_remind, name="brand_remind"),
    path("units/", units.unit_list, name="units"),
    path("units/new/", units.unit_new, name="unit_new"),
    path("units/<int:pk>/", units.unit, name="unit"),
    path("units/<int:pk>/edit/", units.unit_edit, name="unit_edit"),
    path("units/<int:pk>/dissolve/", units.unit_dissolve, name="unit_dissolve"),
    path("people/", people.person_list, name="people"),
    path("people/new/", people.person_new, name="person_new"),
    path("people/move/", people.move, name="move"),
    path("people/invite/", people.invite_many, name="invite"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/edit/", people.person_edit, name="person_edit"),
    path("people/<int:pk>/leave/", leaving.leave, name="leave"),
    path("people/<int:pk>/stay/", leaving.stay, name="stay"),
    path("people/<int:pk>/absences/new/", leaving.absence_new, name="absence_new"),
    path("absences/<int:pk>/remove/", leaving.absence_remove, name="absence_remove"),
    path("people/<int:pk>/account/", leaving.account_link, name="account_link"),
    path("people/<int:pk>/account/unlink/", leaving.account_unlink, name="account_unlink"),
]
