"""Generated examples take as long as a busy machine needs: no test here measures time."""

from hypothesis import settings

settings.register_profile("engine", deadline=None)
settings.load_profile("engine")
