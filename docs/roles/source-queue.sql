-- What mode queue needs, beside source-role.sql, when the connector sets up its queues itself (queue.setup=auto). Put the
-- schema's name in the place of shop.
GRANT USAGE ON SCHEMA shop TO tablecast_source;
GRANT SELECT, TRIGGER ON ALL TABLES IN SCHEMA shop TO tablecast_source;

-- The same for tables that the role which runs this creates later. Leave it out to grant each by hand.
ALTER DEFAULT PRIVILEGES IN SCHEMA shop GRANT SELECT, TRIGGER ON TABLES TO tablecast_source;

-- A place for the queues, which the role owns; its name is the setting queue.schema.
CREATE SCHEMA tablecast AUTHORIZATION tablecast_source;
