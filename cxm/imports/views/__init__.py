"""Pages: the list, the way in (upload, columns), the preview, the work, files."""
