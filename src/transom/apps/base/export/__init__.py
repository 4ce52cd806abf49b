"""Taking out everything of one user as one ZIP of open formats, and taking such a ZIP in."""

from transom.apps.base.export.errors import ExportError
from transom.apps.base.export.reading import import_user
from transom.apps.base.export.registry import Files, Mention, Page, Table, files, leave_out, page, table
from transom.apps.base.export.writing import export_user

__all__ = [
    "ExportError",
    "Files",
    "Mention",
    "Page",
    "Table",
    "export_user",
    "files",
    "import_user",
    "leave_out",
    "page",
    "table",
]
