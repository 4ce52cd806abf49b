"""The ground floor: pure functions over plain values; knows no framework."""
