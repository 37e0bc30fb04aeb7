"""Login, second factor, settings, people; there is no open registration."""

from allauth.account import views as account
from django.urls import include, path

from kumihimo_web.accounts import views

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/", account.password_change, name="account_change_password"),
    path("mfa/", include("allauth.mfa.urls")),
    path("settings/", views.settings_page, name="settings"),
    path("people/", views.people, name="people"),
    path("people/<int:pk>/active/", views.person_active, name="person_active"),
    path("people/<int:pk>/password/", views.person_password, name="person_password"),
    path("organisations/", views.organisations, name="organisations"),
]
