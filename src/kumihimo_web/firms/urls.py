"""Addresses of the firms."""

from django.urls import path

from kumihimo_web.firms import import_views, views

urlpatterns = [
    path("firms/", views.listing, name="firms"),
    path("firms/own/", views.own, name="own_firm"),
    path("firms/imports/", import_views.listing, name="firm_imports"),
    path("firms/imports/template.xlsx", import_views.template, name="firm_template"),
    path("firms/imports/<int:pk>/", import_views.report, name="firm_import"),
    path("firms/imports/<int:pk>/withdraw/", import_views.withdraw, name="firm_import_withdraw"),
    path("firms/workbook/", import_views.workbook, name="network_workbook"),
    path("capacity/", views.capacity, name="capacity"),
    path("firms/<str:ref>/", views.profile, name="firm"),
    path("firms/<str:ref>/sheet.pdf", views.sheet, name="firm_sheet"),
    path("firms/<str:ref>/workbook/", import_views.workbook, name="firm_workbook"),
    path("firms/<str:ref>/login/", views.login, name="firm_login"),
    path("firms/<str:ref>/add/<str:table>/", views.add, name="firm_add"),
    path("firms/remove/<str:table>/<str:ref>/", views.remove, name="firm_remove"),
    path("firms/undo/<int:number>/", views.undo, name="firm_undo"),
    path("firms/edit/<str:table>/<str:ref>/", views.edit, name="firm_edit"),
]
