// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** MariaDB's position: of each domain the last transaction. Immutable. */
record MariaDbGtids(Map<Long, String> last) {

    MariaDbGtids {
        last = Map.copyOf(last);
    }

    /** Reads {@code 0-1-55,1-1-7}; null is no position at all. */
    static MariaDbGtids parse(String text) {
        Map<Long, String> last = new TreeMap<>();
        for (String gtid : (text == null ? "" : text).split(",", -1)) {
            if (!gtid.isBlank()) {
                last.put(domain(gtid.strip()), gtid.strip());
            }
        }
        return new MariaDbGtids(last);
    }

    /** The position at a place of the server's binlog; no position at all where there is no such place. */
    static MariaDbGtids at(Connection connection, String file, long offset) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT BINLOG_GTID_POS(?, ?)")) {
            query.setString(1, file);
            query.setLong(2, offset);
            try (ResultSet answer = query.executeQuery()) {
                answer.next();
                return parse(answer.getString(1));
            }
        }
    }

    MariaDbGtids plus(String gtid) {
        Map<Long, String> more = new TreeMap<>(last);
        more.put(domain(gtid), gtid);
        return new MariaDbGtids(more);
    }

    /** Without what is of other domains. */
    MariaDbGtids within(Set<Long> domains) {
        Map<Long, String> some = new TreeMap<>(last);
        some.keySet().retainAll(domains);
        return new MariaDbGtids(some);
    }

    /** Those with transactions. */
    Set<Long> domains() {
        return last.keySet();
    }

    /** Whether of each domain that an earlier position has there is the same transaction or a later one. */
    boolean isNotBefore(MariaDbGtids earlier) {
        return earlier.last.entrySet().stream()
                .allMatch(had -> last.containsKey(had.getKey())
                        && Long.compareUnsigned(sequence(last.get(had.getKey())), sequence(had.getValue())) >= 0);
    }

    private static long sequence(String gtid) {
        return Long.parseUnsignedLong(gtid.substring(gtid.lastIndexOf('-') + 1));
    }

    private static long domain(String gtid) {
        return Long.parseLong(gtid.substring(0, gtid.indexOf('-')));
    }

    /** In the order of the domains. */
    @Override
    public String toString() {
        return new TreeMap<>(last).values().stream().collect(Collectors.joining(","));
    }
}
