// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.postgres;

import java.util.Arrays;

/** What can be captured, by {@code pg_class.relkind}. */
public enum RelationKind {
    TABLE("r", "table"),
    PARTITIONED_TABLE("p", "partitioned table"),
    VIEW("v", "view"),
    MATERIALIZED_VIEW("m", "materialized view"),
    FOREIGN_TABLE("f", "foreign table");

    private final String code;
    private final String description;

    RelationKind(String code, String description) {
        this.code = code;
        this.description = description;
    }

    static RelationKind of(String code) {
        return Arrays.stream(values())
                .filter(kind -> kind.code.equals(code))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No kind of table: relkind " + code));
    }

    /** Whether rows are stored in the table itself or its partitions, so that triggers and statistics see them change. */
    public boolean isStored() {
        return this == TABLE || this == PARTITIONED_TABLE;
    }

    /** The kind in words. */
    public String description() {
        return description;
    }
}
