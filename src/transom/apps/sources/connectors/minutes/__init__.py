"""Minutes of meetings in Markdown: when a group met, and who was there."""
