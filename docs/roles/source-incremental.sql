-- What mode incremental needs, beside source-role.sql. Put the schema's name in the place of shop.
GRANT USAGE ON SCHEMA shop TO tablecast_source;
GRANT SELECT ON ALL TABLES IN SCHEMA shop TO tablecast_source;

-- The same for tables that the role which runs this creates later. Leave it out to grant each by hand.
ALTER DEFAULT PRIVILEGES IN SCHEMA shop GRANT SELECT ON TABLES TO tablecast_source;

-- Shows the open transactions of others. Without it reading stays ten minutes behind (see boundary).
GRANT pg_read_all_stats TO tablecast_source;
