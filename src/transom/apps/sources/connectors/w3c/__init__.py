"""W3C: a group's specifications, its chairs and who takes part for whom."""
