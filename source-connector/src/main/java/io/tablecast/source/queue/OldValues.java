// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

/**
 * How a trigger function stores the values of a deleted row: the text form of each column, beside the columns' numbers.
 * Columns of the source's own types would keep users from altering those types, and a function that names columns would
 * fail when they change, so the names are looked up when it runs.
 */
final class OldValues {

    /** The alias of the old rows. */
    static final String ROW = "tablecast_row";

    /** Text forms that depend neither on the writer's session nor on the reader's. Money is written as it is read. */
    static final String SESSION =
            " SET \"DateStyle\" = 'ISO' SET \"IntervalStyle\" = 'postgres' SET \"TimeZone\" = 'UTC'"
                    + " SET bytea_output = 'hex' SET lc_monetary FROM CURRENT";

    static final String DECLARATIONS = """
            DECLARE
                tablecast_columns int2[];
                tablecast_values text;
            """;

    private OldValues() {}

    /**
     * The statement that finds out which columns there are. Partitions and children may number theirs differently, so
     * the table's own numbers count.
     *
     * @param relation the source table's oid
     */
    static String collect(long relation) {
        // concat() writes what a type's output function does; a cast would cut the blanks of character(n). Only xml's
        // output function takes something away, the declared encoding. Virtual columns have no value here, and may not
        // even be named (PostgreSQL 18); they are computed when the row is read.
        return """
                        SELECT array_agg(attnum ORDER BY attnum), string_agg(
                            CASE WHEN 'xml'::regtype IN (t.oid, t.typbasetype) THEN format('%1$s.%%I::text', attname)
                            ELSE format('CASE WHEN %1$s.%%1$I IS DISTINCT FROM NULL THEN concat(%1$s.%%1$I) END', attname)
                            END, ', ' ORDER BY attnum)
                        INTO tablecast_columns, tablecast_values
                        FROM pg_attribute JOIN pg_type t ON t.oid = atttypid
                        WHERE attrelid = %2$d AND attnum > 0 AND NOT attisdropped AND attgenerated <> 'v';
            """.formatted(ROW, relation);
    }
}
