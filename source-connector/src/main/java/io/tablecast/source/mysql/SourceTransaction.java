// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import static java.util.Objects.requireNonNull;

import com.github.shyiko.mysql.binlog.event.EventData;
import com.github.shyiko.mysql.binlog.event.EventHeaderV4;
import com.github.shyiko.mysql.binlog.event.GtidEventData;
import com.github.shyiko.mysql.binlog.event.GtidTaggedEventData;
import com.github.shyiko.mysql.binlog.event.MariadbGtidEventData;
import io.tablecast.contract.record.MySqlSourceBlock.Place;
import io.tablecast.contract.record.TransactionBlock;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.mysql.binlog.BinlogEvent;
import io.tablecast.source.mysql.binlog.TwoPhaseGtid;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** The transaction of the source whose events are being read, and how many of its rows and records there were. */
final class SourceTransaction {

    private static final int MICROS = 1_000_000;
    private static final int MARIADB_STANDALONE = 1;
    private static final int MARIADB_PREPARED_XA = 64;

    private final String gtid;
    private final String file;
    private final long start;
    private final long serverId;
    private final Instant time;
    private final Map<TableId, Long> rows = new HashMap<>();
    private final Map<TableId, Long> records = new HashMap<>();
    private long allRecords;
    private final boolean isPrepared;
    private boolean isWithoutEffect;
    private boolean hasBegun;

    /** @param mariaDbFlags what a MariaDB tells of the transaction */
    private SourceTransaction(
            String gtid, String file, long start, EventHeaderV4 header, Instant time, int mariaDbFlags) {
        this.gtid = requireNonNull(gtid, "gtid is null");
        this.file = requireNonNull(file, "file is null");
        this.start = start;
        this.serverId = header.getServerId();
        this.time = requireNonNull(time, "time is null");
        this.hasBegun = (mariaDbFlags & MARIADB_STANDALONE) == 0;
        this.isPrepared = (mariaDbFlags & MARIADB_PREPARED_XA) != 0;
    }

    /**
     * The transaction that begins with an event of the types GTID, GTID_TAGGED, ANONYMOUS_GTID or MARIADB_GTID.
     *
     * @param start where the event stands
     */
    static SourceTransaction of(BinlogEvent event, String file, long start) {
        EventHeaderV4 header = event.header();
        EventData data = event.data();
        if (data instanceof MariadbGtidEventData gtid) {
            SourceTransaction transaction = new SourceTransaction(
                    gtid.getDomainId() + "-" + header.getServerId() + "-" + gtid.getSequence(),
                    file,
                    start,
                    header,
                    Instant.ofEpochMilli(header.getTimestamp()),
                    gtid.getFlags());
            transaction.isWithoutEffect = gtid instanceof TwoPhaseGtid phase && phase.isWithoutEffect();
            return transaction;
        }
        if (data instanceof GtidTaggedEventData gtid) {
            Instant time = time(header, gtid.getOriginalCommitTimestamp());
            return new SourceTransaction(gtid.getMySqlGtid().toString(), file, start, header, time, MARIADB_STANDALONE);
        }
        GtidEventData gtid = (GtidEventData) data;
        String name = event.isAnonymous() ? "" : gtid.getMySqlGtid().toString();
        return new SourceTransaction(
                name, file, start, header, time(header, gtid.getOriginalCommitTimestamp()), MARIADB_STANDALONE);
    }

    /** @param committed in microseconds; 0 where the server does not tell */
    private static Instant time(EventHeaderV4 header, long committed) {
        return committed == 0
                ? Instant.ofEpochMilli(header.getTimestamp())
                : Instant.ofEpochSecond(committed / MICROS, committed % MICROS * 1_000);
    }

    /** Its name: the GTID, or where it begins. */
    String id() {
        return gtid.isEmpty() ? file + ":" + start : gtid;
    }

    /** Empty where transactions have none. */
    String gtid() {
        return gtid;
    }

    String file() {
        return file;
    }

    /** Where its first event stands. */
    long start() {
        return start;
    }

    /** What comes belongs to it until it ends; a statement by itself is a transaction otherwise. */
    void begin() {
        hasBegun = true;
    }

    boolean hasBegun() {
        return hasBegun;
    }

    /** Whether a MariaDB only prepares it; MySQL tells by a statement. */
    boolean isPrepared() {
        return isPrepared;
    }

    /** Whether its statement has not been done, or was undone. */
    boolean isWithoutEffect() {
        return isWithoutEffect;
    }

    /** Counts a row of a table, and tells which one it is, from 1. */
    long nextRow(TableId table) {
        return rows.merge(table, 1L, Long::sum);
    }

    /** The place of a record that is about to be made. */
    TransactionBlock nextRecord(TableId table) {
        allRecords++;
        return new TransactionBlock(id(), allRecords, records.merge(table, 1L, Long::sum));
    }

    /** The place of a row in the event that stands there. */
    Place place(long position, int row) {
        return new Place(time, serverId, gtid, file, position, row);
    }
}
