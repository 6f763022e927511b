"""Requests as our middleware leaves them: what the views may rely on."""

from django.contrib.auth.models import User
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


class Request(HttpRequest):
    htmx: HtmxDetails
    # Anonymous visitors are turned away by login_required wherever a view reads it as an account.
    user: User
