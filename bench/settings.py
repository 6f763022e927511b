"""The app's own settings, with the floors that its pages are measured against."""

from config.settings import *  # noqa: F403
from config.settings import MIDDLEWARE

ROOT_URLCONF = "bench.urls"
MIDDLEWARE = ["bench.middleware.measured", *MIDDLEWARE]
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
