"""Setting Django up inside a command, so that ``--help`` need not wait for it."""

from __future__ import annotations

import os
from functools import cache


@cache
def set_up_django() -> None:
    """Loads settings and apps once. Raises TransomError for options that cannot be used."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "transom.config.settings")
    import django

    django.setup()
