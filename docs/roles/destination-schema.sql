-- What the sink needs, beside destination.sql, to create tables in a schema that is there already. Put its name in the
-- place of shop.
GRANT USAGE, CREATE ON SCHEMA shop TO tablecast_destination;
