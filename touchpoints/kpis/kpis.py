"""The catalogue that this room declares: figures for each of the seven phases, and three plain ones of the shop.

Placement of a KPI in a phase is a proposal; a KPI may be measured in several phases, one is its home. Rooms above
declare theirs in their own `kpis.py` in the same way.
"""

from touchpoints.kpis.catalogue import advocacy, after_sales, buying, finding, retention
from touchpoints.kpis.choices import declare

declare(*finding.KPIS, *buying.KPIS, *retention.KPIS, *after_sales.KPIS, *advocacy.KPIS)
