"""Who may do what, and which right each address asks for, written down a second time: what a slip would have to hit
twice. `test_rights` compares it with what the code declares; `test_every_url` asks every address as every role.
"""

from cxm.kit.access import Role
from tests.house.company import LINK_FOR_MANY, OWN_LINK

# In the order of `Role`: administrator, CX manager, touchpoint owner, employee, sponsor, complaint agent, goodwill
# approver, loyalty manager, data steward.
TABLE = """
                            adm cxm own emp spo age app loy dat
accounts.api_keys            x   .   .   .   .   .   .   .   .
accounts.invite              x   x   .   .   .   .   .   .   .
accounts.manage              x   .   .   .   .   .   .   .   .
accounts.profile             x   x   x   x   x   x   x   x   x
accounts.read_api            x   x   x   x   x   x   x   x   x
accounts.save_views          x   x   x   x   x   x   x   x   x
accounts.share_views         x   x   .   .   .   .   .   .   x
assessment.export            x   x   .   .   x   .   .   .   .
assessment.manage            x   x   .   .   .   .   .   .   .
assessment.tasks             x   x   x   x   x   x   x   x   x
assessment.view              x   x   .   .   x   .   .   .   .
audit.about                  x   x   x   x   x   x   x   x   x
audit.view                   x   .   .   .   .   .   .   .   .
dashboards.ask               x   x   .   .   .   .   .   .   .
dashboards.decide            .   .   .   .   x   .   .   .   .
dashboards.subscribe         x   x   .   .   x   .   .   .   .
dashboards.view              x   x   x   x   x   x   x   x   x
house.enter                  x   x   x   x   x   x   x   x   x
imports.view                 x   x   .   .   .   .   .   .   x
inventory.assign             x   x   .   .   .   .   .   .   .
inventory.comment            x   x   x   x   x   x   x   x   x
inventory.edit               x   x   .   .   .   .   .   .   .
inventory.edit_own           x   x   x   x   x   x   x   x   x
inventory.export             x   x   x   x   x   x   x   x   x
inventory.import             x   x   .   .   .   .   .   .   .
inventory.manage             x   x   .   .   .   .   .   .   .
inventory.manage_own         x   x   x   x   x   x   x   x   x
inventory.publish            x   x   x   x   x   x   x   x   x
inventory.view               x   x   x   x   x   x   x   x   x
kpis.enter                   x   x   x   .   .   x   .   .   .
kpis.export                  x   x   x   .   x   x   .   .   x
kpis.import                  x   x   .   .   .   .   .   .   x
kpis.manage                  x   x   .   .   .   .   .   .   .
kpis.view                    x   x   x   x   x   x   x   x   x
notices.mails                x   .   .   .   .   .   .   .   .
notices.read                 x   x   x   x   x   x   x   x   x
organisation.brand_readers   .   x   .   .   .   .   .   .   .
organisation.edit            x   x   .   .   .   .   .   .   .
organisation.edit_brand      x   x   .   .   x   .   .   .   .
organisation.export          x   x   .   .   .   .   .   .   .
organisation.import          x   x   .   .   .   .   .   .   .
organisation.manage          x   .   .   .   .   .   .   .   .
organisation.name_sponsor    x   x   .   .   .   .   .   .   .
organisation.own_absence     x   x   x   x   x   x   x   x   x
organisation.publish_brand   x   .   .   .   x   .   .   .   .
organisation.read_brand      x   x   x   x   x   x   x   x   x
organisation.view            x   x   x   x   x   x   x   x   x
questionnaires.export        x   x   .   .   .   .   .   .   .
questionnaires.manage        x   x   .   .   .   .   .   .   .
questionnaires.mine          x   x   x   x   x   x   x   x   x
questionnaires.results       x   x   .   .   x   .   .   .   .
questionnaires.view          x   x   .   .   x   .   .   x   .
training.export              x   x   .   .   .   .   .   .   .
training.manage              x   x   .   .   .   .   .   .   .
training.mine                x   x   x   x   x   x   x   x   x
training.team                x   x   x   x   x   x   x   x   x
"""

RIGHTS: dict[str, frozenset[Role]] = {
    code: frozenset(role for role, mark in zip(Role, marks, strict=True) if mark == "x")
    for code, *marks in (line.split() for line in TABLE.splitlines()[2:])
}

# Right, and the pages that ask for it, by the names of their addresses.
PAGES = """
accounts.api_keys          accounts: api_keys api_key_new api_key api_key_withdraw
accounts.invite            organisation: invite
accounts.manage            accounts: users users_close users_role user deactivate reactivate
accounts.manage            accounts: reset_two_factor password_link
accounts.manage            accounts: invitations invite invitation resend withdraw matrix toggle
accounts.manage            organisation: account_link account_unlink
accounts.profile           accounts: profile
accounts.read_api          api: docs
accounts.save_views        accounts: views view_delete view_default
assessment.export          assessment: report workbook
assessment.manage          assessment: take_over task_new task_edit
assessment.tasks           assessment: tasks mine task task_end
assessment.view            assessment: start trend results questions question comments
audit.about                audit: about
audit.view                 audit: list retry
dashboards.ask             dashboards: decision_new decision_withdraw
dashboards.decide          dashboards: decision_answer
dashboards.subscribe       dashboards: report
dashboards.view            dashboards: sponsor sponsor_pdf decisions phases phase
house.enter                : help help_page
imports.view               imports: list upload template columns read_again run row cell words start skip_wrong
imports.view               imports: progress undo discard retry errors original
inventory.assign           inventory: orphans_assign hand_over bulk_owner assign people_end people_withdraw
inventory.comment          inventory: comments comment_edit comment_remove
inventory.edit             inventory: new merge duplicates archive restore split
inventory.edit             inventory: bulk_phase bulk_channel bulk_tag bulk_rhythm bulk_archive
inventory.edit_own         inventory: reviews_done group reviewed standard_edit standard_discard files file_remove
inventory.export           inventory: matrix_export export flows_export
inventory.manage           inventory: phase_model_new phase_model_edit phase_model_delete
inventory.manage           inventory: phase_add phase_order phase_edit phase_remove
inventory.manage           inventory: channel_new channel_order channel_edit channel_archive channel_merge
inventory.manage           inventory: system_new content_new
inventory.manage           inventory: contents_owner contents_expiry contents_archive
inventory.manage_own       inventory: system_edit system_archive system_touchpoints
inventory.manage_own       inventory: interface_add interface_edit interface_remove
inventory.manage_own       inventory: content_edit content_archive content_touchpoints
inventory.publish          inventory: standard_publish
inventory.view             inventory: list mine orphans reviews touchpoint people standard standard_version file
inventory.view             inventory: matrix phase_models phase_model channels channel systems flows system
inventory.view             inventory: contents content find of_person
kpis.enter                 kpis: note measurement
kpis.import                kpis: import
kpis.manage                kpis: new show hide headline_add headline_remove edit note_remove row_remove
kpis.manage                kpis: version version_edit version_remove target target_edit target_remove target_end
kpis.manage                kpis: alarm_look alarm_close
kpis.view                  kpis: list measurements row alarms alarm kpi touchpoint_panel
notices.mails              notices: mails mail resend withdraw
notices.read               notices: inbox read_all read open preferences
organisation.edit          organisation: unit_new unit_edit unit_dissolve
organisation.edit          organisation: person_new move person_edit leave stay
organisation.manage        organisation: company
organisation.name_sponsor  organisation: sponsor sponsor_dismiss
organisation.own_absence   organisation: absence_new absence_remove
organisation.brand_readers organisation: brand_readers brand_remind
organisation.edit_brand    organisation: brand_edit brand_ask brand_discard
organisation.publish_brand organisation: brand_publish
organisation.read_brand    organisation: brand brand_version brand_support brand_confirm
organisation.view          organisation: units unit people person
questionnaires.manage      questionnaires: preview paper new import change archive draft retire
questionnaires.manage      questionnaires: edit head question_add move undo publish discard
questionnaires.manage      questionnaires: question duplicate remove
questionnaires.mine        questionnaires: mine mine_open
questionnaires.view        questionnaires: list questionnaire version file
training.manage            training: courses course_new course course_edit course_archive course_restore
training.manage            training: course_draft course_discard course_publish lesson_new lesson_order quiz_write
training.manage            training: lesson_preview lesson_edit lesson_remove rule_new rule_end
training.manage            training: assignments waive matrix
training.mine              training: mine learn lesson quiz result certificate_pdf media captions touchpoint_panel
training.team              training: team
questionnaires.export      questionnaires: results_export
questionnaires.manage      questionnaires: wave_new wave_edit wave_open wave_customers wave_close wave_remind wave_link
questionnaires.results     questionnaires: results results_compare results_trend
questionnaires.view        questionnaires: waves wave
"""

RIGHT_OF_PAGE: dict[str, str] = {
    f"{space}{name}" if space != ":" else name: right
    for right, space, *names in (line.split() for line in PAGES.splitlines() if line)
    for name in names
}

# Right, and the operations of the API that ask for it, below /api/v1.
API = """
accounts.profile   GET   /accounts/me
audit.view         GET   /audit/entries
dashboards.view    GET   /dashboards/phases
imports.view       GET   /imports/runs
imports.view       GET   /imports/runs/{pk}
inventory.assign   POST  /inventory/touchpoints/{pk}/responsibilities
inventory.assign   POST  /inventory/responsibilities/{pk}/end
inventory.assign   POST  /inventory/responsibilities/hand-over
inventory.comment  POST  /inventory/touchpoints/{pk}/comments
inventory.edit     POST  /inventory/touchpoints
inventory.edit     POST  /inventory/touchpoints/{pk}/archive
inventory.edit     POST  /inventory/touchpoints/{pk}/restore
inventory.edit_own PATCH /inventory/touchpoints/{pk}
inventory.manage   POST  /inventory/channels
inventory.manage   POST  /inventory/contents
inventory.manage   POST  /inventory/systems
inventory.view     GET   /inventory/channels
inventory.view     GET   /inventory/contents
inventory.view     GET   /inventory/contents/{pk}
inventory.view     GET   /inventory/phase-models
inventory.view     GET   /inventory/phases
inventory.view     GET   /inventory/systems
inventory.view     GET   /inventory/systems/{pk}
inventory.view     GET   /inventory/touchpoints/{pk}/comments
inventory.view     GET   /inventory/touchpoints/{pk}/standards
inventory.view     GET   /inventory/touchpoints
inventory.view     GET   /inventory/touchpoints/{pk}
inventory.view     GET   /inventory/touchpoints/{pk}/responsibilities
kpis.enter         POST  /kpis/measurements
kpis.view          GET   /kpis/kpis
kpis.view          GET   /kpis/kpis/{code}
kpis.view          GET   /kpis/kpis/{code}/figures
kpis.view          GET   /kpis/measurements
notices.read       GET   /notices/inbox
notices.read       POST  /notices/inbox/{pk}/read
organisation.edit  POST  /organisation/units
organisation.edit  PATCH /organisation/units/{pk}
organisation.edit  POST  /organisation/people
organisation.edit  PATCH /organisation/people/{pk}
questionnaires.results GET /questionnaires/waves/{pk}/results
questionnaires.view    GET /questionnaires/waves
organisation.view  GET   /organisation/units
organisation.view  GET   /organisation/units/{pk}
organisation.view  GET   /organisation/people
organisation.view  GET   /organisation/people/{pk}
questionnaires.view GET  /questionnaires/questionnaires
questionnaires.view GET  /questionnaires/questionnaires/{code}
questionnaires.view GET  /questionnaires/questionnaires/{code}/versions/{number}
organisation.read_brand GET /organisation/brand
organisation.read_brand GET /organisation/brand/support
organisation.read_brand GET /organisation/brand/versions
organisation.read_brand GET /organisation/brand/versions/{version}
training.manage    GET   /training/courses
training.manage    GET   /training/courses/{pk}
training.manage    POST  /training/courses/{pk}/rules
training.manage    POST  /training/rules/{pk}/end
training.manage    GET   /training/assignments
training.manage    POST  /training/assignments/{pk}/waive
training.manage    GET   /training/qualification
training.mine      GET   /training/certificates
training.mine      GET   /training/certificates/{pk}
"""

RIGHT_OF_OPERATION: dict[tuple[str, str], str] = {
    (method, f"/api/v1{path}"): right
    for right, method, path in (line.split() for line in API.splitlines() if line)
}

# Addresses that ask for no right, and what GET answers there: to somebody outside, and to somebody signed in. A text
# is where one is led.
DOOR = "/sign-in/login/"
DOORS = {"answer": OWN_LINK, "survey": LINK_FOR_MANY}
NO_RIGHT: dict[str, tuple[int | str, int | str]] = {
    # Ours. Each guards itself.
    "home": (DOOR, "/dashboards/"),
    "healthz": (200, 200),
    "readyz": (200, 200),
    "accounts:language": (405, 405),  # written into a cookie, or into one's own account
    "accounts:theme": (405, 405),
    "accounts:accept": (200, 200),  # the secret in the address is the right
    "organisation:setup": (DOOR, DOOR),  # open until there is a company
    "organisation:demo_sign_in": (405, 405),  # answers in the demo company only
    # Personal links and links for many: the secret in the address is the right. Looking writes nothing.
    **dict.fromkeys((f"filling:{door}{step}" for door in DOORS for step in ("", "_decline")), (200, 200)),
    **{  # nobody has begun
        f"filling:{door}{step}": (f"/{door}/{link}/", f"/{door}/{link}/")
        for door, link in DOORS.items()
        for step in ("_page", "_check", "_done")
    },
    "certificate": (
        200,
        200,
    ),  # whoever holds a certificate may have it checked; it tells what is printed on it
    "api:api-root": ("/api/v1/docs", "/api/v1/docs"),
    "api:openapi-json": (401, 200),
    "api/v1/<path:rest>": (404, 404),
    # The way in, by allauth.
    "account_login": (200, "/"),
    "account_logout": ("/", 200),
    "account_inactive": (200, 200),
    "account_signup": (200, "/"),  # says that one comes by invitation
    "account_confirm_email": (200, 200),  # says that the link is not known
    "account_email_verification_sent": (200, 200),
    "account_reset_password": (200, 200),
    "account_reset_password_done": (200, 200),
    "account_reset_password_from_key": ("/sign-in/password/reset/key/", "/sign-in/password/reset/key/"),
    "account_reset_password_from_key_done": (200, 200),
    "account_request_login_code": (200, "/"),
    "account_confirm_login_code": ("/sign-in/login/code/", "/"),
    "mfa_authenticate": (DOOR, "/"),  # the second step, after the first
    "mfa_login_webauthn": (DOOR, "/"),
    # One's own account, by allauth.
    "account_email": (DOOR, "/accounts/profile/"),
    "account_reauthenticate": (DOOR, 200),
    "account_change_password": (DOOR, 200),
    "account_set_password": (DOOR, "/sign-in/password/change/"),
    "mfa_index": (DOOR, 200),
    "mfa_reauthenticate": (DOOR, "/sign-in/reauthenticate/"),
    "mfa_reauthenticate_webauthn": (DOOR, "/sign-in/reauthenticate/"),
    "mfa_activate_totp": (DOOR, "/sign-in/reauthenticate/"),
    "mfa_deactivate_totp": (DOOR, 404),  # there is none
    "mfa_view_recovery_codes": (DOOR, 404),
    "mfa_generate_recovery_codes": (DOOR, "/sign-in/reauthenticate/"),
    "mfa_download_recovery_codes": (DOOR, 404),
    "mfa_list_webauthn": (DOOR, 200),
    "mfa_add_webauthn": (DOOR, "/sign-in/reauthenticate/"),
    "mfa_remove_webauthn": (DOOR, "/sign-in/reauthenticate/"),
    "mfa_edit_webauthn": (DOOR, "/sign-in/reauthenticate/"),
    # Single sign-on, by allauth; none is set up here.
    "socialaccount_login_cancelled": (200, 200),
    "socialaccount_login_error": (DOOR, 401),
    "socialaccount_signup": (DOOR, DOOR),
    "socialaccount_connections": (DOOR, 200),
    "sign-in/social/login/cancelled/": (DOOR, "/sign-in/3rdparty/login/cancelled/"),
    "sign-in/social/login/error/": (DOOR, "/sign-in/3rdparty/login/error/"),
    "sign-in/social/signup/": (DOOR, "/sign-in/3rdparty/signup/"),
    "sign-in/social/connections/": (DOOR, "/sign-in/3rdparty/"),
    "openid_connect_login": (404, 404),
    "openid_connect_callback": (404, 404),
}

# What is not read but done: GET gets 405 from everybody.
DONE_BY_POST = {
    f"{space}{name}"
    for space, *names in (
        line.split()
        for line in """
accounts: users_close users_role reactivate reset_two_factor password_link resend withdraw toggle
accounts: api_key_withdraw view_delete view_default
audit: retry
organisation: brand_confirm brand_ask brand_publish brand_discard brand_remind
organisation: sponsor_dismiss move invite stay absence_remove account_unlink
imports: read_again row words start skip_wrong undo discard retry
notices: read_all read open resend withdraw
inventory: orphans_assign reviews_done archive restore split people_withdraw standard_publish standard_discard
inventory: bulk_owner bulk_phase bulk_channel bulk_tag bulk_rhythm bulk_archive comment_remove file_remove
inventory: phase_model_delete phase_order phase_remove channel_archive system_archive interface_remove
inventory: contents_owner contents_expiry contents_archive content_archive
kpis: show hide headline_add headline_remove version_remove target_remove target_end note_remove row_remove
kpis: alarm_look alarm_close
dashboards: decision_withdraw
assessment: take_over task_end
questionnaires: mine_open archive draft retire move undo discard duplicate remove
training: course_archive course_restore course_draft course_discard course_publish lesson_order lesson_remove
training: rule_end
questionnaires: wave_close wave_remind wave_link
""".splitlines()
        if line
    )
    for name in names
}

# Pages that lead on to another one.
LEADS_ON = {
    "imports:progress": "to the list, when nothing is going on",
    "inventory:merge": "to the list, with nothing ticked there",
    "kpis:import": "to the upload of measurements",
}
