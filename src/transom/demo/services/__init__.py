"""The community on other people's services: each in its own protocol, by the connectors' local servers."""
