-- What mode snapshot needs, beside source-role.sql. Put the schema's name in the place of shop.
GRANT USAGE ON SCHEMA shop TO tablecast_source;
GRANT SELECT ON ALL TABLES IN SCHEMA shop TO tablecast_source;

-- The same for tables that the role which runs this creates later. Leave it out to grant each by hand.
ALTER DEFAULT PRIVILEGES IN SCHEMA shop GRANT SELECT ON TABLES TO tablecast_source;
