"""Addresses of accounts: one's own page, allauth's, and those of a university's sign-in."""

from django.urls import include, path

from annotations.views import account, safe, university

urlpatterns = [
    path("", account.account, name="account"),
    path("here/", safe.here, name="here"),
    path("university/", university.connections, name="socialaccount_connections"),
    path("university/login/", university.login, name="university_login"),
    path("university/callback/", university.callback, name="university_callback"),
    path("university/signup/", university.signup, name="socialaccount_signup"),
    path("university/cancelled/", university.cancelled, name="socialaccount_login_cancelled"),
    path("university/error/", university.error, name="socialaccount_login_error"),
    path("2fa/", include("allauth.mfa.urls")),
    path("", include("allauth.account.urls")),
]
