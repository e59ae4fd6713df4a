// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.postgres;

/**
 * The labels of enums, which schemas of records hold: ALTER TYPE adds one without touching the tables of the type.
 *
 * @see <a href="https://www.postgresql.org/docs/current/catalog-pg-enum.html">pg_enum</a>
 */
public final class EnumLabels {

    /**
     * An expression whose text changes whenever a label of the database does. It asks for all of them, because there are
     * few, and finding out those of one table would cost more.
     */
    public static final String MARK =
            "(SELECT count(*) || '/' || coalesce(sum(l.xmin::text::bigint), 0)" + " FROM pg_catalog.pg_enum l)";

    private EnumLabels() {}
}
