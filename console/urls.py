from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from console import health
from console.views import (
    accounts,
    activity,
    acts,
    again,
    api_users,
    batch,
    charts,
    dashboard,
    docs,
    fund,
    lists,
    live,
    network,
    offer_acts,
    offer_new,
    offers,
    policy,
    receipt,
    saved_views,
    search,
    security,
    settings,
    statement,
    tickets,
    wizard,
)

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # one sign-in page, with its rate limits

handler400 = "console.failures.bad_request"
handler500 = "console.failures.server_error"

ticket_urls = [
    path("", tickets.ticket, name="ticket"),
    path("draft/", wizard.resume, name="ticket-resume"),
    path("draft/<slug:slug>/", wizard.step, name="ticket-draft"),
    path("discard/", wizard.discard, name="ticket-discard"),
    path("opened/", tickets.opened, name="ticket-opened"),
    path("again/", again.again, name="ticket-again"),
    path("approve/", acts.approve, name="ticket-approve"),
    path("decline/", acts.decline, name="ticket-decline"),
    path("cancel/", acts.cancel, name="ticket-cancel"),
    path("reject/", acts.reject, name="ticket-reject"),
    path("note/", acts.note, name="ticket-note"),
    path("external-id/", acts.external_id, name="ticket-external-id"),
    path("fund/", fund.choose, name="ticket-fund"),
    path("fund/confirm/", fund.confirm, name="ticket-fund-confirm"),
    path("fund/<int:number>/by-hand/", fund.by_hand, name="ticket-fund-by-hand"),
    path("agree/", fund.agree, name="ticket-agree"),
    path("fulfil/", fund.fulfil, name="ticket-fulfil"),
    path("receipt/", receipt.receipt, name="ticket-receipt"),
    path("receipt.pdf", receipt.receipt_pdf, name="ticket-receipt-pdf"),
]

connection_urls = [
    path("", network.connections, name="connections"),
    path("new/", network.request_connection, name="connection-request"),
    path("<uuid:pk>/", network.connection, name="connection"),
    path("<uuid:pk>/approve/", network.approve, name="connection-approve"),
    path("<uuid:pk>/reject/", network.reject, name="connection-reject"),
    path("<uuid:pk>/withdraw/", network.withdraw, name="connection-withdraw"),
    path("<uuid:pk>/remove/", network.remove, name="connection-remove"),
]

offer_urls = [
    path("", offers.inbox, name="offers"),
    path("csv/", offers.inbox_csv, name="offers-csv"),
    path("sent/", offers.outbox, name="offers-sent"),
    path("sent/csv/", offers.outbox_csv, name="offers-sent-csv"),
    path("new/", offer_new.new, name="offer-new"),
    path("new/review/", offer_new.review, name="offer-review"),
    path("<uuid:pk>/", offers.offer, name="offer"),
    path("<uuid:pk>/accept/", offer_acts.accept, name="offer-accept"),
    path("<uuid:pk>/reject/", offer_acts.reject, name="offer-reject"),
    path("<uuid:pk>/withdraw/", offer_acts.withdraw, name="offer-withdraw"),
]

api_user_urls = [
    path("", api_users.api_users, name="api-users"),
    path("new/", api_users.add, name="api-user-add"),
    path("<uuid:pk>/", api_users.api_user, name="api-user"),
    path("<uuid:pk>/change/", api_users.change, name="api-user-change"),
    path("<uuid:pk>/rotate/", api_users.rotate, name="api-user-rotate"),
    path("<uuid:pk>/shut-out/", api_users.shut_out, name="api-user-shut-out"),
    path("<uuid:pk>/keys/<uuid:key_pk>/revoke/", api_users.revoke, name="api-key-revoke"),
]

urlpatterns = [
    path("v1/", include("tickets.api.urls")),  # first, because programs ask most often
    path("", dashboard.dashboard, name="dashboard"),
    path("search/", search.search, name="search"),
    path("history/", lists.history, name="history"),
    path("history/csv/", lists.history_csv, name="history-csv"),
    path("tickets/", lists.tickets, name="tickets"),
    path("tickets/csv/", lists.tickets_csv, name="tickets-csv"),
    path("views/", saved_views.saved_views, name="saved-views"),
    path("views/new/", saved_views.save, name="view-save"),
    path("views/<uuid:pk>/", saved_views.saved_view, name="saved-view"),
    path("settled/", charts.settled, name="settled"),
    path("live/", live.live, name="live"),
    path("tickets/new/", wizard.new, name="ticket-new"),
    path("tickets/batch/", batch.review, name="batch-review"),
    path("tickets/batch/csv/", batch.csv, name="batch-csv"),
    path("tickets/batch/<uuid:pk>/", batch.batch, name="batch"),
    path("tickets/<str:reference>/", include(ticket_urls)),
    path("connections/", include(connection_urls)),
    path("offers/", include(offer_urls)),
    path("api-users/", include(api_user_urls)),
    path("api/", docs.api, name="api"),
    path("api/wallet/", docs.wallet, name="api-wallet"),
    path("vaults/", accounts.vaults, name="vaults"),
    path("vaults/<int:number>/", accounts.vault, name="vault"),
    path("deposits/<uuid:pk>/", accounts.deposit, name="deposit"),
    path("assets/", accounts.assets, name="assets"),
    path("statement/", statement.statement, name="statement"),
    path("statement/csv/", statement.statement_csv, name="statement-csv"),
    path("statement/pdf/", statement.statement_pdf, name="statement-pdf"),
    path("activity/", activity.activity, name="activity"),
    path("activity/csv/", activity.activity_csv, name="activity-csv"),
    path("settings/", settings.settings, name="settings"),
    path("settings/sessions/end/", settings.end_sessions, name="sessions-end"),
    path("settings/save/<slug:section>/", settings.change, name="settings-change"),
    path("shortcuts/", settings.shortcuts, name="shortcuts"),
    path("settings/security/", security.security, name="security"),
    path("settings/limits/", policy.policy, name="policy"),
    path("account/2fa/", RedirectView.as_view(pattern_name="security")),  # instead of allauth's own index
    path("account/2fa/", include("allauth.mfa.urls")),
    path("account/", include("allauth.account.urls")),
    path("admin/", admin.site.urls),
    path("api/validator/", include("tickets.api.wallet")),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
]
