-- What mode queue needs, beside source-role.sql, when an administrator sets up the queues (queue.setup=manual): the role
-- may neither create nor change anything but rows of the queues. Put the schema's name in the place of shop.
GRANT USAGE ON SCHEMA shop TO tablecast_source;
GRANT SELECT ON ALL TABLES IN SCHEMA shop TO tablecast_source;

-- Then run what `tablecast setup --print source.json` prints: queues, triggers, and the role's rights on the queues. Do
-- so again for tables that are created later; this gives the role the right to read these.
ALTER DEFAULT PRIVILEGES IN SCHEMA shop GRANT SELECT ON TABLES TO tablecast_source;
