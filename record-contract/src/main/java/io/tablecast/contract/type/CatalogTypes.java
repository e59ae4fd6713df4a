// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import java.util.List;

/** Reads the types of a table's columns from PostgreSQL's catalog: the query, and what its rows mean. */
public final class CatalogTypes {

    /**
     * Lists the columns of the table whose OID is the only parameter, in their order. Domains are unwrapped, and types
     * outside {@code pg_catalog} are always qualified, whatever {@code search_path} is. The result's columns are the
     * components of {@link Row}, in their order.
     */
    public static final String QUERY = """
            WITH RECURSIVE unwrapped AS (
                SELECT a.attnum, a.attname, a.attnotnull AS required, a.atttypid AS type, a.atttypmod AS modifier,
                       a.attndims::int AS dimensions, 0 AS depth
                FROM pg_catalog.pg_attribute a
                WHERE a.attrelid = ?::pg_catalog.oid AND a.attnum > 0 AND NOT a.attisdropped
                UNION ALL
                SELECT u.attnum, u.attname, u.required OR t.typnotnull, t.typbasetype, t.typtypmod,
                       greatest(u.dimensions, t.typndims), u.depth + 1
                FROM unwrapped u
                JOIN pg_catalog.pg_type t ON t.oid = u.type
                WHERE t.typtype = 'd'
            ), root AS (
                SELECT DISTINCT ON (attnum) * FROM unwrapped ORDER BY attnum, depth DESC
            )
            SELECT r.attname AS column_name,
                   NOT r.required AS nullable,
                   t.oid::int8 AS type_oid,
                   t.typname AS type_name,
                   coalesce(e.array_element::int8, 0) AS element_oid,
                   s.oid::int8 AS scalar_oid,
                   s.typname AS scalar_name,
                   CASE WHEN s.typelem <> 0 AND s.typlen = -1 THEN 'a' ELSE s.typtype::text END AS scalar_kind,
                   coalesce(e.modifier, r.modifier) AS scalar_modifier,
                   CASE WHEN n.nspname = 'pg_catalog'
                        THEN pg_catalog.format_type(s.oid, coalesce(e.modifier, r.modifier))
                        ELSE pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(s.typname)
                             || coalesce(substring(
                                    pg_catalog.format_type(s.oid, coalesce(e.modifier, r.modifier))
                                    from '\\([^"]*\\)$'), '')
                   END AS scalar_format,
                   r.dimensions,
                   ARRAY(SELECT l.enumlabel::text FROM pg_catalog.pg_enum l
                         WHERE l.enumtypid = s.oid ORDER BY l.enumsortorder) AS labels
            FROM root r
            JOIN pg_catalog.pg_type t ON t.oid = r.type
            LEFT JOIN LATERAL (
                WITH RECURSIVE chain AS (
                    SELECT d.oid AS type, r.modifier, 0 AS depth
                    FROM pg_catalog.pg_type d
                    WHERE d.oid = t.typelem AND d.typarray = t.oid
                    UNION ALL
                    SELECT d.typbasetype, d.typtypmod, c.depth + 1
                    FROM chain c
                    JOIN pg_catalog.pg_type d ON d.oid = c.type
                    WHERE d.typtype = 'd'
                )
                SELECT t.typelem AS array_element, c.type, c.modifier
                FROM chain c
                ORDER BY c.depth DESC
                LIMIT 1
            ) e ON true
            JOIN pg_catalog.pg_type s ON s.oid = coalesce(e.type, t.oid)
            JOIN pg_catalog.pg_namespace n ON n.oid = s.typnamespace
            ORDER BY r.attnum
            """;

    private CatalogTypes() {}

    /**
     * A row of {@link #QUERY}.
     *
     * @param typeOid {@code type_oid}, of the column's type without domains
     * @param typeName {@code type_name}, its {@code typname}
     * @param elementOid {@code element_oid}, of an array's elements as they were declared; 0 if it is no array
     * @param scalarOid {@code scalar_oid}, of an array's elements without domains, or of the type itself
     * @param scalarName {@code scalar_name}, its {@code typname}
     * @param scalarKind {@code scalar_kind}, its {@code typtype}, or {@code a} for an array
     * @param scalarModifier {@code scalar_modifier}
     * @param scalarFormat {@code scalar_format}, its exact name
     * @param dimensions {@code dimensions} that an array was declared with
     * @param labels {@code labels} of an enum
     */
    public record Row(
            String columnName,
            boolean nullable,
            long typeOid,
            String typeName,
            long elementOid,
            long scalarOid,
            String scalarName,
            String scalarKind,
            int scalarModifier,
            String scalarFormat,
            int dimensions,
            List<String> labels) {

        public Row {
            labels = labels == null ? List.of() : List.copyOf(labels);
        }

        /** The row that describes a column: {@link #toColumn()} gives it back. */
        public static Row of(TypedColumn column) {
            boolean isArray = column.type() instanceof PostgresType.Array;
            PostgresType scalar = isArray ? ((PostgresType.Array) column.type()).element() : column.type();
            return new Row(
                    column.name(),
                    column.nullable(),
                    column.type().oid(),
                    column.type().baseName(),
                    isArray ? ((PostgresType.Array) column.type()).elementOid() : 0,
                    scalar.oid(),
                    scalar.baseName(),
                    kind(scalar),
                    scalar.modifier(),
                    scalar.name(),
                    isArray ? ((PostgresType.Array) column.type()).dimensions() : 0,
                    scalar instanceof PostgresType.Enumerated type ? type.labels() : List.of());
        }

        private static String kind(PostgresType scalar) {
            if (scalar instanceof PostgresType.Enumerated) {
                return "e";
            }
            return scalar instanceof PostgresType.Base ? "b" : "c";
        }

        /** The column with its type. */
        public TypedColumn toColumn() {
            return new TypedColumn(columnName, type(), nullable);
        }

        private PostgresType type() {
            PostgresType scalar = scalar();
            if (elementOid == 0) {
                return scalar;
            }
            // PostgreSQL shows one pair of brackets only, but remembers how many were declared.
            int declared = Math.max(dimensions, 1);
            String name = scalar.name() + "[]".repeat(declared);
            return new PostgresType.Array((int) typeOid, name, typeName, (int) elementOid, scalar, declared);
        }

        private PostgresType scalar() {
            int oid = (int) scalarOid;
            return switch (scalarKind) {
                case "e" -> new PostgresType.Enumerated(oid, scalarFormat, scalarName, labels);
                case "b" -> new PostgresType.Base(oid, scalarFormat, scalarName, scalarModifier);
                default -> new PostgresType.Structured(oid, scalarFormat, scalarName);
            };
        }
    }
}
