// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.offset;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A place in a binlog from which a user wants a table to be read: {@code file} and {@code pos}, or {@code gtids}, or all of
 * them. The offsets of Debezium's connectors for MySQL and MariaDB are such places; what else they hold is of no use here.
 */
final class BinlogRequest {

    private static final String FILE = "file";
    private static final String POSITION = "pos";
    private static final String GTIDS = "gtids";
    private static final String SNAPSHOT = "snapshot";

    /** How far Debezium was within a transaction: all of it is sent again. */
    private static final Set<String> OF_DEBEZIUM =
            Set.of("ts_sec", "row", "event", "server_id", "transaction_id", "snapshot_completed", SNAPSHOT);

    private BinlogRequest() {}

    /** @throws InvalidOffset naming every fault of the map */
    static BinlogOffset read(Map<String, ?> map) {
        OffsetEntries entries = new OffsetEntries(map);
        boolean hasPlace = entries.has(FILE) || entries.has(POSITION);
        BinlogOffset offset = new BinlogOffset(
                "",
                hasPlace ? entries.text(FILE) : "",
                hasPlace ? entries.number(POSITION) : 0,
                entries.has(GTIDS) ? entries.text(GTIDS).replaceAll("\\s", "") : "",
                "",
                0,
                Optional.empty(),
                Optional.empty(),
                "",
                "");
        if (!hasPlace && offset.gtids().isEmpty()) {
            entries.fault(GTIDS, "a set of GTIDs where there are no \"file\" and \"pos\"");
        }
        OF_DEBEZIUM.stream().filter(entries::has).forEach(entries::scalar);
        if (entries.has(SNAPSHOT) && !entries.scalar(SNAPSHOT).equals("false")) {
            entries.fault(SNAPSHOT, "false: where a first copy has not ended, the table must be copied");
        }
        entries.finish();
        return offset;
    }
}
