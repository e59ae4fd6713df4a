// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.record.MySqlSourceBlock.Place;
import io.tablecast.contract.record.TransactionBlock;
import io.tablecast.contract.table.TableId;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** The transaction of the source whose events are being read, and how many of its rows and records there were. */
final class SourceTransaction {

    private final String gtid;
    private final String file;
    private final long start;
    private final long serverId;
    private final Instant time;
    private final boolean isXa;
    private final Map<TableId, Long> rows = new HashMap<>();
    private final Map<TableId, Long> records = new HashMap<>();
    private long allRecords;

    /** @param start where its first event stands */
    SourceTransaction(String gtid, String file, long start, long serverId, Instant time, boolean isXa) {
        this.gtid = requireNonNull(gtid, "gtid is null");
        this.file = requireNonNull(file, "file is null");
        this.start = start;
        this.serverId = serverId;
        this.time = requireNonNull(time, "time is null");
        this.isXa = isXa;
    }

    SourceTransaction asXa() {
        return new SourceTransaction(gtid, file, start, serverId, time, true);
    }

    String gtid() {
        return gtid;
    }

    String file() {
        return file;
    }

    long start() {
        return start;
    }

    boolean isXa() {
        return isXa;
    }

    /** Counts a row of a table, and tells which one it is, from 1. */
    long nextRow(TableId table) {
        return rows.merge(table, 1L, Long::sum);
    }

    /** The place of a record that is about to be made. */
    TransactionBlock nextRecord(TableId table) {
        allRecords++;
        return new TransactionBlock(gtid, allRecords, records.merge(table, 1L, Long::sum));
    }

    /** The place of a row in the event that stands there. */
    Place place(long position, int row) {
        return new Place(time, serverId, gtid, file, position, row);
    }
}
