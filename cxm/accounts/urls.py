"""Urls of this room."""

from django.urls import path

from cxm.accounts.views import invitations, keys, profile, rights, saved_views, users, users_bulk

app_name = "accounts"
urlpatterns = [
    path("profile/", profile.profile, name="profile"),
    path("language/", profile.language, name="language"),
    path("theme/", profile.theme, name="theme"),
    path("users/", users.user_list, name="users"),
    path("users/close/", users_bulk.close, name="users_close"),
    path("users/role/", users_bulk.role, name="users_role"),
    path("users/<int:pk>/", users.user, name="user"),
    path("users/<int:pk>/deactivate/", users.deactivate, name="deactivate"),
    path("users/<int:pk>/reactivate/", users.reactivate, name="reactivate"),
    path("users/<int:pk>/reset-two-factor/", users.two_factor_reset, name="reset_two_factor"),
    path("users/<int:pk>/password-link/", users.password_link, name="password_link"),
    path("invitations/", invitations.invitation_list, name="invitations"),
    path("invitations/new/", invitations.invite_person, name="invite"),
    path("invitations/<int:pk>/", invitations.invitation, name="invitation"),
    path("invitations/<int:pk>/resend/", invitations.resend, name="resend"),
    path("invitations/<int:pk>/withdraw/", invitations.withdraw, name="withdraw"),
    path("welcome/<str:token>/", invitations.accept, name="accept"),
    path("rights/", rights.matrix, name="matrix"),
    path("rights/toggle/", rights.toggle, name="toggle"),
    path("api-keys/", keys.key_list, name="api_keys"),
    path("api-keys/new/", keys.key_new, name="api_key_new"),
    path("api-keys/<int:pk>/", keys.key, name="api_key"),
    path("api-keys/<int:pk>/withdraw/", keys.key_withdraw, name="api_key_withdraw"),
    path("views/", saved_views.views, name="views"),
    path("views/<int:pk>/delete/", saved_views.view_delete, name="view_delete"),
    path("views/<int:pk>/default/", saved_views.view_default, name="view_default"),
]
