"""The app's own settings on a data folder of their own: tests never touch the data of `make run`.

What else the caller's environment sets for the app is left out, so that the suite means the same
on every machine; DATABASE_URL alone chooses what it runs on.
"""

import os
import tempfile

OF_THE_SUITE = {"APPARATUS_REQUIRE_BROWSER", "APPARATUS_SHARED"}

for name in [name for name in os.environ if name.startswith("APPARATUS_")]:
    if name not in OF_THE_SUITE:
        del os.environ[name]
os.environ["DATA"] = tempfile.mkdtemp(prefix="apparatus-tests-")

from config.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Else WhiteNoise reads every static file anew for each test's client: most of the suite's time.
WHITENOISE_AUTOREFRESH = True
