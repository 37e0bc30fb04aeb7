"""Addresses of the consortium."""

from django.urls import path

from kumihimo_web.consortium import bid_views, charter_views, own_views, settlement_views, subsidy_views, views

urlpatterns = [
    path("", views.listing, name="consortium"),
    path("new/", charter_views.new, name="consortium_new"),
    path("subsidies/", subsidy_views.listing, name="subsidies"),
    path("subsidies/new/", subsidy_views.new, name="subsidy_new"),
    path("subsidies/<str:ref>/", subsidy_views.check, name="subsidy_check"),
    path("papers/<int:pk>.pdf", settlement_views.paper, name="joint_paper"),
    path("by-link/<str:token>/", own_views.link, name="joint_link"),
    path("by-link/<str:token>/seen/", own_views.link_seen, name="joint_link_seen"),
    path("by-link/<str:token>/bid/", own_views.link_bid, name="joint_link_bid"),
    path("by-link/<str:token>/papers/<int:pk>.pdf", own_views.link_paper, name="joint_link_paper"),
    path("objections/<int:pk>/", charter_views.answer, name="objection_answer"),
    path("orders/<str:number>/", views.order, name="joint_order"),
    path("orders/<str:number>/edit/", views.edit, name="joint_order_edit"),
    path("orders/<str:number>/allot/", views.allot, name="joint_order_allot"),
    path("orders/<str:number>/decide/", views.decide, name="joint_order_decide"),
    path("orders/<str:number>/bidding/", bid_views.bidding, name="joint_order_bidding"),
    path("orders/<str:number>/bidding/<str:firm>/", bid_views.type_in, name="joint_order_bid_typed"),
    path("orders/<str:number>/call-off/", bid_views.call_off, name="joint_order_call_off"),
    path("orders/<str:number>/bid/", own_views.bid, name="joint_order_bid"),
    path("orders/<str:number>/inspect/<str:firm>/", views.inspect, name="joint_order_inspect"),
    path("orders/<str:number>/deliver/", views.deliver, name="joint_order_deliver"),
    path("orders/<str:number>/cancel/", views.cancel, name="joint_order_cancel"),
    path("orders/<str:number>/defects/", views.add_defect, name="joint_order_defect"),
    path("orders/<str:number>/defects/<int:pk>/", views.withdraw_defect, name="joint_order_defect_withdraw"),
    path("orders/<str:number>/settle/", settlement_views.settle, name="joint_order_settle"),
    path("orders/<str:number>/settlement/", settlement_views.settlement, name="joint_order_settlement"),
    path("orders/<str:number>/quotation/", settlement_views.quote, name="joint_order_quote"),
    path("orders/<str:number>/papers/", settlement_views.papers_again, name="joint_papers_again"),
    path("orders/<str:number>/report/", settlement_views.report, name="joint_order_report"),
    path("orders/<str:number>/status/<str:lang>/", settlement_views.status, name="joint_order_status"),
    path("<str:ref>/", charter_views.charter, name="consortium_charter"),
    path("<str:ref>/revise/", charter_views.revise, name="consortium_revise"),
    path("<str:ref>/window/", charter_views.window, name="consortium_window"),
    path("<str:ref>/orders/", views.new, name="joint_order_new"),
    path("<str:ref>/<int:revision>/withdraw/", charter_views.withdraw, name="consortium_withdraw"),
    path("<str:ref>/<int:revision>/object/", charter_views.object_to, name="consortium_object"),
]
