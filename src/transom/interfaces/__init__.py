"""The top floor: web, API, command line and jobs, all thin."""
