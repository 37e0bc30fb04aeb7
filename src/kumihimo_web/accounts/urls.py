"""Login, logout and second factor; there is no open registration."""

from allauth.account import views as account
from django.urls import include, path

from kumihimo_web.accounts import views

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/", account.password_change, name="account_change_password"),
    path("mfa/", include("allauth.mfa.urls")),
    path("tour/done/", views.tour_done, name="tour_done"),
]
