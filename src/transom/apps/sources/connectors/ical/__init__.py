"""Calendars by subscription (iCalendar, RFC 5545)."""
