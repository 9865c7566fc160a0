"""What lists of touchpoints may hold, and how their rows come in, however messy they are."""

from cxm.kit.importers import IMPORTERS
from touchpoints.inventory.imports.importer import TouchpointImporter

IMPORTERS.register(TouchpointImporter())
