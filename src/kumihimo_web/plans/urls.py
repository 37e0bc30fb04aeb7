"""Addresses of the plans."""

from django.urls import path

from kumihimo_web.plans.views import emergency, plan, remedies, reports, status, versions

urlpatterns = [
    path("plans/", plan.plans, name="plans"),
    path("plans/follow/", reports.plan_follow, name="plan_follow"),
    path("plans/replan/", plan.plan_replan, name="plan_replan"),
    path("plans/versions/", versions.plan_versions, name="plan_versions"),
    path("plans/compare/", versions.plan_compare, name="plan_compare"),
    path("plans/whatif/", versions.plan_whatif, name="plan_whatif"),
    path("plans/book/<str:number>/<str:team>/", plan.plan_book, name="plan_book"),
    path("plans/<int:number>/", plan.plan_version, name="plan_version"),
    path("plans/<int:number>/bars.json", plan.plan_bars, name="plan_bars"),
    path("plans/<int:number>/load/", plan.plan_load, name="plan_load"),
    path("plans/<int:number>/load.json", plan.plan_load_data, name="plan_load_data"),
    path("plans/<int:number>/diff/", versions.plan_diff, name="plan_diff"),
    path("plans/<int:number>/calls/", versions.plan_calls, name="plan_calls"),
    path("plans/<int:number>/approve/", versions.plan_approve, name="plan_approve"),
    path("plans/<int:number>/reject/", versions.plan_reject, name="plan_reject"),
    path("plans/<int:number>/redo/", versions.plan_redo, name="plan_redo"),
    path("plans/<int:number>/export/<str:name>", versions.plan_export, name="plan_export"),
    path("plans/<int:number>/orders/<str:ref>/", plan.plan_order, name="plan_order"),
    path("plans/<int:number>/orders/<str:ref>/freeze/", plan.plan_freeze, name="plan_freeze"),
    path("plans/<int:number>/orders/<str:ref>/remedies/", remedies.plan_remedies, name="plan_remedies"),
    path("plans/<int:number>/orders/<str:ref>/remedy/", remedies.plan_remedy, name="plan_remedy"),
    path("plans/orders/<str:ref>/", plan.plan_current_order, name="plan_current_order"),
    path("plans/report/<str:ref>/<str:step>/", reports.plan_report, name="plan_report"),
    path("emergency/", emergency.emergency, name="emergency"),
    path("status/", status.orders_status, name="orders_status"),
    path("status/<str:ref>/", status.order_status, name="order_status"),
]
