-- The role of the sink connector: creates its schemas and tables and owns them.
\getenv password TABLECAST_PASSWORD
CREATE ROLE tablecast LOGIN PASSWORD :'password';
GRANT CREATE ON DATABASE warehouse TO tablecast;
