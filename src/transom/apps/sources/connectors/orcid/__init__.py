"""ORCID: somebody's own record: name, links, where they work and worked, what they published."""
