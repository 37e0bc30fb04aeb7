"""Addresses of the inquiries."""

from django.urls import path

from kumihimo_web.inquiries import hand_views, team_views, views

urlpatterns = [
    path("", views.listing, name="inquiries"),
    path("new/", views.new, name="inquiry_new"),
    path("hands/", hand_views.own, name="hands"),
    path("hands/<int:pk>/", hand_views.answer, name="hand_answer"),
    path("hands/close/<int:pk>/", hand_views.close, name="hands_close"),
    path("<str:number>/", views.inquiry, name="inquiry"),
    path("<str:number>/edit/", views.edit, name="inquiry_edit"),
    path("<str:number>/value/", views.value, name="inquiry_value"),
    path("<str:number>/answer/", views.answer, name="inquiry_answer"),
    path("<str:number>/questions/", views.questions, name="inquiry_questions"),
    path("<str:number>/source/", views.source, name="inquiry_source"),
    path("<str:number>/source/<int:pk>/", views.download, name="inquiry_download"),
    path("<str:number>/withdraw/", views.withdraw, name="inquiry_withdraw"),
    path("<str:number>/reopen/", views.reopen, name="inquiry_reopen"),
    path("<str:number>/propose/", team_views.propose, name="inquiry_propose"),
    path("<str:number>/teams/", team_views.teams, name="inquiry_teams"),
    path("<str:number>/teams/<str:team>/choose/", team_views.choose, name="inquiry_choose"),
    path("<str:number>/offer/", team_views.offer, name="inquiry_offer"),
    path("<str:number>/print/", team_views.print_out, name="inquiry_print"),
    path("<str:number>/teams.pdf", team_views.paper, name="inquiry_paper"),
    path("<str:number>/ask/<str:step>/", hand_views.ask, name="inquiry_ask"),
    path("<str:number>/hands/", hand_views.hands, name="inquiry_hands"),
]
