// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.postgres;

import static java.util.Objects.requireNonNull;

/**
 * A query of a table's rows that can be narrowed to a part of them.
 *
 * @param select the query up to and with the table and its alias
 * @param condition that the rows meet
 * @param alias the quoted name by which the query knows the table
 */
public record CopyQuery(String select, String condition, String alias) {
    public CopyQuery {
        requireNonNull(select, "select is null");
        requireNonNull(condition, "condition is null");
        requireNonNull(alias, "alias is null");
    }

    /** The query of all the rows. */
    public String text() {
        return select + " WHERE " + condition;
    }

    /** The query of those rows that lie in a range of blocks. */
    public String within(BlockRange range) {
        return select + " WHERE (" + condition + ") AND " + range.condition(alias);
    }
}
