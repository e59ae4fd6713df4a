// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import io.tablecast.source.mysql.binlog.TableMap;
import java.util.HashMap;
import java.util.Map;

/**
 * The tables that row events name by numbers. A server gives a table another number whenever it opens it anew, so numbers
 * that nothing names any more are forgotten from time to time. Used by one thread.
 */
final class TableMaps {

    /** Of more tables than that, descriptions are compared anew that were compared before. */
    private static final int MOST = 5_000;

    private final Map<Long, TableMap> maps = new HashMap<>();

    /** Whether the description is another one than the number had before. */
    boolean isNews(TableMap map) {
        TableMap known = maps.put(map.number(), map);
        return known == null || !known.isSameAs(map);
    }

    /** The table of a number; null when no event of the transaction has given it. */
    TableMap of(long number) {
        return maps.get(number);
    }

    /** The next row events come behind descriptions of their own. */
    void transactionEnded() {
        if (maps.size() > MOST) {
            maps.clear();
        }
    }
}
