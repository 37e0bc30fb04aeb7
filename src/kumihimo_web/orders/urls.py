"""Addresses of the orders."""

from django.urls import path

from kumihimo_web.orders.views import (
    answer,
    chasing,
    doing,
    drawings,
    letterhead,
    materials,
    orders,
    own,
    papers,
    quotes,
    work_orders,
)

urlpatterns = [
    path("orders/", orders.orders, name="orders"),
    path("orders/parked/<int:pk>/", orders.order_aside, name="order_aside"),
    path("orders/papers/<int:pk>.pdf", orders.order_paper, name="order_paper"),
    path("orders/drawings/<int:pk>/", drawings.order_drawing, name="order_drawing"),
    path("orders/drawings/<int:pk>/away/", drawings.order_drawing_away, name="order_drawing_away"),
    path("orders/materials/", materials.materials, name="materials"),
    path("orders/flow/<path:ref>/confirm/", work_orders.work_order_confirm, name="work_order_confirm"),
    path("orders/flow/<path:ref>/", work_orders.work_order, name="work_order"),
    path("orders/own/", own.own_orders, name="own_orders"),
    path("orders/own/<str:ref>/", own.own_order, name="own_order"),
    path("orders/own/<str:ref>/<slug:kind>/", own.own_order_do, name="own_order_do"),
    path("orders/papers/<int:pk>.xlsx", papers.order_sheet, name="order_sheet"),
    path("orders/papers/<int:pk>/again/", papers.paper_again, name="paper_again"),
    path("orders/letterhead/", letterhead.letterhead, name="letterhead"),
    path("orders/<str:ref>/", orders.order, name="order"),
    path("orders/<str:ref>/drawings/", drawings.order_drawings, name="order_drawings"),
    path("orders/<str:ref>/quotes/", quotes.order_quotes, name="order_quotes"),
    path("orders/<str:ref>/do/<slug:kind>/", doing.order_do, name="order_do"),
    path("orders/<str:ref>/replace/", orders.order_replace, name="order_replace"),
    path("chasing/", chasing.chasing, name="chasing"),
    path("chasing/send/", chasing.chasing_send, name="chasing_send"),
    path("chasing/remind/", chasing.chasing_remind, name="chasing_remind"),
    path("chasing/done/", chasing.chasing_done, name="chasing_done"),
    path("status/<str:ref>/orders/", work_orders.order_milestones, name="order_milestones"),
    path("answer/<str:token>/", answer.answer, name="answer"),
    path("answer/<str:token>/papers/<int:pk>.pdf", answer.answer_paper, name="answer_paper"),
    path("answer/<str:token>/drawings/<int:pk>/", answer.answer_drawing, name="answer_drawing"),
    path("answer/<str:token>/seen/", answer.answer_seen, name="answer_seen"),
    path("answer/<str:token>/<slug:kind>/", answer.answer_do, name="answer_do"),
]
