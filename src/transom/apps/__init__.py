"""Django apps, in the order in which data flows; an earlier one never imports a later one."""
