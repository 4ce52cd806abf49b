"""Who uses this instance, what their job is, and how they sign in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower

WEEKDAYS = 7
DEFAULT_MINUTES = 15


def default_minutes() -> list[int]:
    """Minutes per weekday, Monday first."""
    return [DEFAULT_MINUTES] * WEEKDAYS


class User(AbstractUser):
    """A person with an account. The first one on a private computer needs no password."""

    name = models.CharField(max_length=150, blank=True)

    class Meta(AbstractUser.Meta):
        constraints = [
            # One signs in by it, so that it must mean one person.
            models.UniqueConstraint(
                Lower("email"), condition=~models.Q(email=""), name="accounts_one_address_each"
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email or self.username


class Profile(models.Model):
    """The user's job, discipline, interests and minutes: what the brief is made for."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="profile"
    )
    job = models.CharField(max_length=300, blank=True)
    pack = models.CharField(max_length=60, blank=True)
    interests: models.JSONField[list[str], list[str]] = models.JSONField(default=list, blank=True)
    goal = models.CharField(max_length=30, default="stay in touch")
    time_zone = models.CharField(max_length=64, default="UTC")
    language = models.CharField(max_length=12, default="en")
    minutes: models.JSONField[list[int], list[int]] = models.JSONField(default=default_minutes)
    words_a_minute = models.PositiveSmallIntegerField(null=True, blank=True)
    memberships: models.JSONField[list[str], list[str]] = models.JSONField(default=list, blank=True)
    mail_brief = models.BooleanField(default=False)
    mail_hour = models.PositiveSmallIntegerField(default=7)
    weekly_day = models.PositiveSmallIntegerField(null=True, blank=True)
    weekly_minutes = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Of the weekly edition; empty for twice the fullest day's."
    )
    paused_until = models.DateField(null=True, blank=True)
    set_up_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.job or f"profile of {self.user}"

    def minutes_on(self, weekday: int) -> int:
        """Minutes on a weekday, Monday = 0."""
        return int(self.minutes[weekday]) if len(self.minutes) == WEEKDAYS else DEFAULT_MINUTES

    @property
    def minutes_a_week(self) -> int:
        """Minutes of the weekly edition: its own, else twice those of the fullest day."""
        if self.weekly_minutes is not None:
            return int(self.weekly_minutes)
        return 2 * max((self.minutes_on(day) for day in range(WEEKDAYS)), default=0)


class SignInLink(models.Model):
    """A link that signs in once; only its hash is kept."""

    token_hash = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"sign-in link of {self.user}"


class Invitation(models.Model):
    """An invitation to open an account here; only its token's hash is kept."""

    email = models.EmailField()
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+"
    )

    def __str__(self) -> str:
        return f"invitation for {self.email}"


def profile_of(user: Any) -> Profile:
    """The user's profile, made with defaults where there is none yet."""
    profile, _ = Profile.objects.get_or_create(user=user)
    return profile
