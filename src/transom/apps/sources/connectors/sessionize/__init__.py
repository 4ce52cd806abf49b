"""Sessionize: a conference's programme, where its organiser made it readable."""
