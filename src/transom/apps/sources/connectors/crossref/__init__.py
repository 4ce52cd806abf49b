"""Crossref: what a journal, an author or a subject brings, from the register of DOIs."""
