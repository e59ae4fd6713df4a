// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

/** Where PostgreSQL looks for what a statement names without a schema: its own functions, operators, types and catalogs. */
public final class SearchPath {

    /**
     * Sets a session to find PostgreSQL's own first, as it does unless {@code pg_catalog} stands in the path behind other
     * schemas: what those hold under the same names would be called in place of it. The rest of the path stays as the role
     * has it, for expressions of users, and for functions and triggers of tables. Itself it names everything in full, and
     * operators as well.
     *
     * @see <a href="https://www.postgresql.org/docs/current/ddl-schemas.html#DDL-SCHEMAS-CATALOG">The System Catalog
     *     Schema</a>
     */
    public static final String CATALOG_FIRST = """
            SELECT pg_catalog.set_config('search_path', pg_catalog.array_to_string(ARRAY(
                SELECT pg_catalog.quote_ident(listed.name)
                FROM pg_catalog.unnest(pg_catalog.current_schemas(false)) WITH ORDINALITY AS listed (name, place)
                WHERE listed.name OPERATOR(pg_catalog.<>) 'pg_catalog'
                ORDER BY listed.place), ', '), false)
            WHERE 'pg_catalog' OPERATOR(pg_catalog.=) ANY (pg_catalog.current_schemas(false))""";

    private SearchPath() {}
}
