// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

/** What a destination's name stands for in {@code pg_class}. */
public enum RelationKind {
    TABLE,
    PARTITIONED_TABLE,
    FOREIGN_TABLE,
    VIEW,
    MATERIALIZED_VIEW,
    /** A sequence, an index, a composite type. */
    OTHER;

    static RelationKind ofCode(String relkind) {
        return switch (relkind) {
            case "r" -> TABLE;
            case "p" -> PARTITIONED_TABLE;
            case "f" -> FOREIGN_TABLE;
            case "v" -> VIEW;
            case "m" -> MATERIALIZED_VIEW;
            default -> OTHER;
        };
    }

    /** As a sentence about it names it. */
    public String words() {
        return this == OTHER
                ? "no table"
                : "a " + name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    }
}
