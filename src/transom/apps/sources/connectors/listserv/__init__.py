"""LISTSERV: what is written on a mailing list, from its archive."""
