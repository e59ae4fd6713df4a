// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.binlog;

import java.util.Locale;

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
    };

    /** @param lowerCaseTableNames the server's variable of that name */
    public static NameCase of(String lowerCaseTableNames) {
        return lowerCaseTableNames.equals("1") ? LOWER : AS_WRITTEN;
    }

    abstract String kept(String name);
}
