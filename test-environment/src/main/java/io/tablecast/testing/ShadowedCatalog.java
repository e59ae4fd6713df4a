// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A schema that holds all of PostgreSQL's own under the same names: functions, aggregates, operators, types, catalogs. They
 * do what the real ones do, and the server counts who is called. For a role whose search path names the schema first.
 */
public final class ShadowedCatalog {

    /** The schema's name. */
    public static final String SCHEMA = "evil";

    private static final String FUNCTIONS = """
            DO $do$
            DECLARE
                f record;
                body text;
            BEGIN
                SET LOCAL check_function_bodies = off;
                FOR f IN
                    SELECT proname, pg_get_function_identity_arguments(oid) AS arguments, proretset, prorettype,
                           pg_get_function_result(oid) AS result,
                           array_to_string(ARRAY(
                               SELECT CASE WHEN provariadic <> 0 AND n = pronargs THEN 'VARIADIC $' ELSE '$' END || n
                               FROM generate_series(1, pronargs) AS n), ', ') AS passed
                    FROM pg_proc
                    WHERE pronamespace = 'pg_catalog'::regnamespace AND prokind = 'f' AND proallargtypes IS NULL
                LOOP
                    body := CASE
                        WHEN f.proretset THEN format('BEGIN RETURN QUERY SELECT * FROM pg_catalog.%I(%s); END', f.proname, f.passed)
                        WHEN f.prorettype = 'void'::regtype
                            THEN format('BEGIN PERFORM pg_catalog.%I(%s); END', f.proname, f.passed)
                        ELSE format('BEGIN RETURN pg_catalog.%I(%s); END', f.proname, f.passed) END;
                    BEGIN
                        EXECUTE format('CREATE FUNCTION evil.%I(%s) RETURNS %s LANGUAGE plpgsql AS %L',
                            f.proname, f.arguments, f.result, body);
                    EXCEPTION WHEN OTHERS THEN
                        -- Pseudotypes that no function of a user may have.
                        NULL;
                    END;
                END LOOP;
            END $do$""";

    private static final String OPERATORS = """
            DO $do$
            DECLARE
                o record;
            BEGIN
                FOR o IN
                    SELECT oid, oprname, oprleft, oprright, format_type(oprresult, NULL) AS result,
                           format_type(oprleft, NULL) AS "left", format_type(oprright, NULL) AS "right"
                    FROM pg_operator WHERE oprnamespace = 'pg_catalog'::regnamespace AND oprcode <> 0
                LOOP
                    BEGIN
                        EXECUTE format('CREATE FUNCTION evil.%I(%s%s) RETURNS %s LANGUAGE plpgsql AS %L',
                            'operator ' || o.oprname || ' ' || o.oid, CASE WHEN o.oprleft <> 0 THEN o.left || ', ' END, o.right,
                            o.result, CASE WHEN o.oprleft <> 0 THEN format('BEGIN RETURN $1 OPERATOR(pg_catalog.%s) $2; END', o.oprname)
                                      ELSE format('BEGIN RETURN OPERATOR(pg_catalog.%s) $1; END', o.oprname) END);
                        EXECUTE format('CREATE OPERATOR evil.%s (FUNCTION = evil.%I%s, RIGHTARG = %s)',
                            o.oprname, 'operator ' || o.oprname || ' ' || o.oid,
                            CASE WHEN o.oprleft <> 0 THEN ', LEFTARG = ' || o.left END, o.right);
                    EXCEPTION WHEN OTHERS THEN
                        NULL;
                    END;
                END LOOP;
            END $do$""";

    // The server does not count steps of aggregates, so they call a function that is counted.
    private static final String[] AGGREGATES = {
        "CREATE FUNCTION evil.aggregate() RETURNS void LANGUAGE plpgsql AS 'BEGIN END'",
        "CREATE FUNCTION evil.one_more(bigint) RETURNS bigint LANGUAGE plpgsql AS"
                + " 'BEGIN PERFORM evil.aggregate(); RETURN $1 + 1; END'",
        "CREATE AGGREGATE evil.count(*) (SFUNC = evil.one_more, STYPE = bigint, INITCOND = '0')",
        """
        DO $do$
        DECLARE
            type text;
        BEGIN
            FOREACH type IN ARRAY '{int2,int4,int8,oid,text,xid8,timestamptz,timestamp,date,numeric,float8}'::text[] LOOP
                EXECUTE format('CREATE FUNCTION evil.larger(pg_catalog.%1$I, pg_catalog.%1$I) RETURNS pg_catalog.%1$I'
                    ' LANGUAGE plpgsql AS ''BEGIN PERFORM evil.aggregate(); RETURN greatest($1, $2); END''', type);
                EXECUTE format('CREATE FUNCTION evil.smaller(pg_catalog.%1$I, pg_catalog.%1$I) RETURNS pg_catalog.%1$I'
                    ' LANGUAGE plpgsql AS ''BEGIN PERFORM evil.aggregate(); RETURN least($1, $2); END''', type);
                EXECUTE format('CREATE AGGREGATE evil.max(pg_catalog.%1$I) (SFUNC = evil.larger, STYPE = pg_catalog.%1$I)', type);
                EXECUTE format('CREATE AGGREGATE evil.min(pg_catalog.%1$I) (SFUNC = evil.smaller, STYPE = pg_catalog.%1$I)', type);
            END LOOP;
        END $do$""",
        "CREATE FUNCTION evil.collect(anyarray, anynonarray) RETURNS anyarray LANGUAGE plpgsql AS"
                + " 'BEGIN PERFORM evil.aggregate(); RETURN pg_catalog.array_append($1, $2); END'",
        "CREATE AGGREGATE evil.array_agg(anynonarray) (SFUNC = evil.collect, STYPE = anyarray, INITCOND = '{}')",
        """
        CREATE FUNCTION evil.joined(text, text, text) RETURNS text LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM evil.aggregate();
            RETURN CASE WHEN $1 IS NULL THEN $2 ELSE pg_catalog.concat($1, $3, $2) END;
        END $$""",
        "CREATE AGGREGATE evil.string_agg(text, text) (SFUNC = evil.joined, STYPE = text)"
    };

    // Last: they would shadow the names above.
    private static final String RELATIONS_AND_TYPES = """
            DO $do$
            DECLARE
                name text;
                columns text;
            BEGIN
                FOR name, columns IN
                    SELECT c.relname, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)
                    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
                    WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind IN ('r', 'v') AND a.attnum > 0
                    -- Values of any type are no columns of views.
                    AND a.atttypid NOT IN ('anyarray'::regtype, 'pg_statistic[]'::regtype)
                    GROUP BY c.relname
                LOOP
                    EXECUTE format('CREATE FUNCTION evil.%I() RETURNS boolean LANGUAGE plpgsql AS ''BEGIN RETURN true; END''',
                        'relation ' || name);
                    EXECUTE format('CREATE VIEW evil.%1$I AS SELECT %3$s FROM pg_catalog.%1$I WHERE evil.%2$I()',
                        name, 'relation ' || name, columns);
                END LOOP;
                FOR name IN
                    SELECT typname FROM pg_type t WHERE typnamespace = 'pg_catalog'::regnamespace AND typtype = 'b' AND typcategory <> 'A'
                LOOP
                    EXECUTE format('CREATE FUNCTION evil.%I() RETURNS boolean LANGUAGE plpgsql AS ''BEGIN RETURN true; END''',
                        'type ' || name);
                    BEGIN
                        EXECUTE format('CREATE DOMAIN evil.%1$I AS pg_catalog.%1$I CHECK (evil.%2$I())', name, 'type ' || name);
                    EXCEPTION WHEN OTHERS THEN
                        NULL;
                    END;
                END LOOP;
            END $do$""";

    private final Database database;

    private ShadowedCatalog(Database database) {
        this.database = database;
    }

    /** Makes the schema, and counts calls from now on. */
    public static ShadowedCatalog in(Database database) {
        database.execute("CREATE SCHEMA evil", FUNCTIONS, OPERATORS);
        database.execute(AGGREGATES);
        database.execute(
                RELATIONS_AND_TYPES,
                "CREATE FUNCTION evil.called_last() RETURNS void LANGUAGE plpgsql AS 'BEGIN END'",
                "GRANT USAGE ON SCHEMA evil TO PUBLIC",
                "GRANT SELECT ON ALL TABLES IN SCHEMA evil TO PUBLIC",
                "ALTER DATABASE " + Database.quote(database.name()) + " SET track_functions = 'pl'");
        return new ShadowedCatalog(database);
    }

    /** Has the role's sessions look there first, then in the given schemas, and in PostgreSQL's own last. */
    public void mislead(Role role, String... schemas) {
        String path = Stream.concat(Stream.of(SCHEMA), Stream.of(schemas))
                .map(Database::quote)
                .collect(Collectors.joining(", "));
        database.execute("ALTER ROLE " + Database.quote(role.name()) + " SET search_path = " + path + ", pg_catalog");
    }

    /** What of the schema was called by sessions that have ended, with how often; the most called first. */
    public List<String> called() {
        long before = calls();
        try (Connection connection = database.connection();
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT evil.called_last()");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        // The server counts a session's calls after it has ended, one session after the other.
        Conditions.await(Duration.ofSeconds(30), "no call is counted", () -> calls() > before);
        return database.column("SELECT funcname || ': ' || calls FROM pg_stat_user_functions"
                + " WHERE schemaname = 'evil' AND funcname <> 'called_last'"
                + " AND calls > 0 ORDER BY calls DESC, 1");
    }

    private long calls() {
        return database.number("SELECT coalesce(sum(calls), 0) FROM pg_stat_user_functions WHERE schemaname = 'evil'"
                + " AND funcname = 'called_last'");
    }
}
