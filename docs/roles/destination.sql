-- The role that a sink connector connects as. Run in the destination database by a superuser, with a better password. The
-- role owns what it creates: the schema of its metadata, the schemas that are missing, the tables.
CREATE ROLE tablecast_destination LOGIN PASSWORD 'change-me';

DO $$
BEGIN
    EXECUTE format('GRANT CONNECT, CREATE, TEMPORARY ON DATABASE %I TO tablecast_destination', current_database());
END
$$;
