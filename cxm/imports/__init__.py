"""Lists that come in: upload, detection, columns, preview, worker, result, undo. What a list may hold is declared by
the rooms above (`cxm.kit.importers`); this room knows none of them."""
