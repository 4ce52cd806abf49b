"""Transom keeps a leader an active part of their community of practice, in fixed minutes a day."""

import os

# Transom's matrices are small and its processes several: threads inside numpy would only wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.1.0"
