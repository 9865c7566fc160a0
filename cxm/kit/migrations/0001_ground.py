"""Extensions, the sort key of names, and the cache table: what rooms build on."""

from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
from django.db import migrations

# No PostgreSQL wheel brings ICU, and glibc locales differ from host to host, which breaks indexes. So names are
# sorted by this key: lower case, German sharp s as ss, accents taken off (DIN 5007-1), compared by code point.
SORT_KEY = r"""
create function cxm_sort_key(t text) returns text language sql immutable strict parallel safe as $$
  select regexp_replace(
    normalize(translate(replace(replace(lower(t collate "pg_c_utf8"), 'ß', 'ss'), 'æ', 'ae'), 'łøđ', 'lod'), NFKD),
    '[\u0300-\u036f]', '', 'g') collate "C"
$$;
"""

# As Django's createcachetable would make it, but unlogged: what it holds may be lost.
CACHE = """
create unlogged table cxm_cache (cache_key varchar(255) primary key, value text not null, expires timestamptz not null);
create index cxm_cache_expires on cxm_cache (expires);
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        BtreeGistExtension(),
        TrigramExtension(),
        migrations.RunSQL(SORT_KEY, "drop function cxm_sort_key(text);"),
        migrations.RunSQL(CACHE, "drop table cxm_cache;"),
    ]
