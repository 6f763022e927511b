"""How gunicorn runs the app; `manage.py serve` adds address, processes and threads."""

from __future__ import annotations

import signal
from typing import Any

wsgi_app = "config.wsgi"
worker_class = "gthread"
keepalive = 15
loglevel = "warning"
graceful_timeout = 10
control_socket_disable = True


def post_worker_init(worker: Any) -> None:
    """Lets Ctrl-C, which a terminal sends to every process, end what is under way and no more.

    gunicorn's threaded worker takes a lock in its handler of SIGINT and SIGQUIT that the code which
    they interrupt may hold, and then hangs; that of SIGTERM takes none.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGQUIT, worker.handle_exit)
