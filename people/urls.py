"""Sign-in, sign-out and passwords (allauth's views under our addresses), and the reader's own settings."""

from __future__ import annotations

from allauth.account import views as account
from django.urls import path, re_path

from people import views

urlpatterns = [
    path("sign-in/", account.LoginView.as_view(), name="account_login"),
    path("sign-out/", account.LogoutView.as_view(), name="account_logout"),
    path("sign-up/", account.SignupView.as_view(), name="account_signup"),
    path("password/change/", account.PasswordChangeView.as_view(), name="account_change_password"),
    path("password/set/", account.PasswordSetView.as_view(), name="account_set_password"),
    path("password/reset/", account.PasswordResetView.as_view(), name="account_reset_password"),
    path("password/reset/sent/", account.PasswordResetDoneView.as_view(), name="account_reset_password_done"),
    re_path(
        r"^password/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.PasswordResetFromKeyView.as_view(),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/done/",
        account.PasswordResetFromKeyDoneView.as_view(),
        name="account_reset_password_from_key_done",
    ),
    path("sign-in/again/", account.ReauthenticateView.as_view(), name="account_reauthenticate"),
    path("sign-in/inactive/", account.AccountInactiveView.as_view(), name="account_inactive"),
    path("settings/profile/", views.profile, name="profile"),
]
