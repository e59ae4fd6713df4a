-- The role that a source connector connects as. It owns nothing and may do nothing yet: run the file of each mode that it
-- reads tables in. Run in the source database by a superuser, with a better password.
CREATE ROLE tablecast_source LOGIN PASSWORD 'change-me';

DO $$
BEGIN
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO tablecast_source', current_database());
END
$$;
