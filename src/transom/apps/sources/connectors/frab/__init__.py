"""Conference programmes as schedule XML (Pentabarf, frab and whatever writes the same)."""
