-- The role of the source connectors: reads and puts triggers on the shop's tables, keeps its queues in a schema of its own.
\getenv password TABLECAST_PASSWORD
CREATE ROLE tablecast LOGIN PASSWORD :'password';
GRANT CREATE ON DATABASE shop TO tablecast;
-- Whether a table has changed since the last snapshot, and how far mode incremental may read, is told by what all sessions do.
GRANT pg_read_all_stats TO tablecast;
