"""Addresses of the assessments."""

from django.urls import path

from kumihimo_web.assessments import draft_views, views

urlpatterns = [
    path("", views.listing, name="assessments"),
    path("due/", views.settle, name="assessments_due"),
    path("firms/", draft_views.choose, name="assessment_choose"),
    path("interests/", views.interests, name="interests"),
    path("interests/<int:pk>/end/", views.end_interest, name="interest_end"),
    path("of/<str:firm>/", views.of_firm, name="assessments_of_firm"),
    path("of/<str:firm>/begin/", draft_views.begin, name="assessment_begin"),
    path("of/<str:firm>/interest/", views.declare_interest, name="interest_add"),
    path("<str:ref>/", views.page, name="assessment"),
    path("<str:ref>/evidence/<int:pk>/", views.evidence, name="assessment_evidence"),
    path("<str:ref>/reply/", views.reply, name="assessment_reply"),
    path("<str:ref>/dispute/", views.dispute, name="assessment_dispute"),
    path("<str:ref>/resolve/", views.resolve, name="assessment_resolve"),
    path("<str:ref>/publish/", views.publish, name="assessment_publish"),
    path("<str:ref>/withdraw/", views.withdraw, name="assessment_withdraw"),
    path("<str:ref>/write/", draft_views.write, name="assessment_write"),
    path("<str:ref>/mark/<str:item>/", draft_views.mark, name="assessment_mark"),
    path("<str:ref>/attach/<str:item>/", draft_views.attach, name="assessment_attach"),
    path("<str:ref>/evidence/<int:pk>/remove/", draft_views.detach, name="assessment_detach"),
    path("<str:ref>/sign/", draft_views.sign, name="assessment_sign"),
    path("<str:ref>/discard/", draft_views.discard, name="assessment_discard"),
]
