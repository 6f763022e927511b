"""The WSGI application."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()

# What is loaded by now lives as long as the process, and a page makes thousands of short-lived
# objects: looking through them all every 700 costs a tenth of a request.
gc.freeze()
gc.set_threshold(20_000, 20, 50)
