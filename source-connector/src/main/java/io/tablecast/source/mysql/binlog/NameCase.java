// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.binlog;

import java.util.Locale;
import java.util.Optional;

/**
 * How a server keeps the names of databases and tables that a statement spells in any way. Statements stand in the binlog as
 * they were typed.
 *
 * @see <a href="https://dev.mysql.com/doc/refman/9.7/en/identifier-case-sensitivity.html">lower_case_table_names</a>
 */
public enum NameCase {
    AS_WRITTEN {
        @Override
        String kept(String name) {
            return name;
        }
    },
    LOWER {
        @Override
        String kept(String name) {
            return name.toLowerCase(Locale.ROOT);
        }
    },
    /** The catalog shows names as they were created, and statements and events may spell them in any other way. */
    IN_ANY_CASE {
        @Override
        String kept(String name) {
            return name.toLowerCase(Locale.ROOT);
        }

        @Override
        public Optional<String> obstacle() {
            return Optional.of("lower_case_table_names is 2 at the server, as on macOS: its binlog spells the names of"
                    + " tables in other ways than its catalog, so that changes could not be told to be of their tables."
                    + " Read from a server with 0 or 1, or in mode snapshot or incremental.");
        }
    };

    /** @param lowerCaseTableNames the server's variable of that name */
    public static NameCase of(String lowerCaseTableNames) {
        return switch (lowerCaseTableNames) {
            case "1" -> LOWER;
            case "2" -> IN_ANY_CASE;
            default -> AS_WRITTEN;
        };
    }

    /** What keeps the binlog of a server that keeps names so from being read; empty when nothing does. */
    public Optional<String> obstacle() {
        return Optional.empty();
    }

    abstract String kept(String name);
}
