"""One command that keeps Transom up: a supervisor, its web and worker processes, and who may run them."""
