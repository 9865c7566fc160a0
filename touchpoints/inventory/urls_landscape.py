"""Urls of what touchpoints stand on, and of the map of all of them; included by `urls.py`."""

from django.urls import path

from touchpoints.inventory.views import channels, contents, flows, phases, systems

urlpatterns = [
    path("phases/", phases.phase_models, name="phase_models"),
    path("phases/new/", phases.phase_model_new, name="phase_model_new"),
    path("phases/<int:pk>/", phases.phase_model, name="phase_model"),
    path("phases/<int:pk>/edit/", phases.phase_model_edit, name="phase_model_edit"),
    path("phases/<int:pk>/delete/", phases.phase_model_delete, name="phase_model_delete"),
    path("phases/<int:pk>/add/", phases.phase_add, name="phase_add"),
    path("phases/<int:pk>/order/", phases.phase_order, name="phase_order"),
    path("phases/phase/<int:pk>/edit/", phases.phase_edit, name="phase_edit"),
    path("phases/phase/<int:pk>/remove/", phases.phase_remove, name="phase_remove"),
    path("channels/", channels.channels, name="channels"),
    path("channels/new/", channels.channel_new, name="channel_new"),
    path("channels/order/", channels.channel_order, name="channel_order"),
    path("channels/<int:pk>/", channels.channel, name="channel"),
    path("channels/<int:pk>/edit/", channels.channel_edit, name="channel_edit"),
    path("channels/<int:pk>/archive/", channels.channel_archive, name="channel_archive"),
    path("channels/<int:pk>/merge/", channels.channel_merge, name="channel_merge"),
    path("systems/", systems.systems, name="systems"),
    path("systems/new/", systems.system_new, name="system_new"),
    path("systems/flows/", flows.flows, name="flows"),
    path("systems/flows/export/", flows.flows_export, name="flows_export"),
    path("systems/<int:pk>/", systems.system, name="system"),
    path("systems/<int:pk>/edit/", systems.system_edit, name="system_edit"),
    path("systems/<int:pk>/archive/", systems.system_archive, name="system_archive"),
    path("systems/<int:pk>/touchpoints/", systems.system_touchpoints, name="system_touchpoints"),
    path("systems/<int:pk>/interfaces/add/", flows.interface_add, name="interface_add"),
    path("systems/<int:pk>/interfaces/<int:interface_pk>/", flows.interface_edit, name="interface_edit"),
    path(
        "systems/<int:pk>/interfaces/<int:interface_pk>/remove/",
        flows.interface_remove,
        name="interface_remove",
    ),
    path("contents/", contents.contents, name="contents"),
    path("contents/new/", contents.content_new, name="content_new"),
    path("contents/owner/", contents.contents_owner, name="contents_owner"),
    path("contents/expiry/", contents.contents_expiry, name="contents_expiry"),
    path("contents/archive/", contents.contents_archive, name="contents_archive"),
    path("contents/<int:pk>/", contents.content, name="content"),
    path("contents/<int:pk>/edit/", contents.content_edit, name="content_edit"),
    path("contents/<int:pk>/archive/", contents.content_archive, name="content_archive"),
    path("contents/<int:pk>/touchpoints/", contents.content_touchpoints, name="content_touchpoints"),
]
