// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import static java.util.Objects.requireNonNull;

import com.github.shyiko.mysql.binlog.event.EventType;
import io.tablecast.contract.offset.BinlogOffset.Prepared;
import io.tablecast.contract.table.TableId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Transactions of XA that the binlog holds before anybody may see them: they wait for their commit or rollback. A restart
 * reads them again: GTIDs are not counted as read until then, and offsets that are places name the oldest. Used by one
 * thread.
 *
 * @see <a href="https://dev.mysql.com/doc/refman/9.7/en/xa-restrictions.html">Restrictions on XA transactions</a>
 */
final class PreparedBranches {

    private final Map<String, Branch> prepared = new LinkedHashMap<>();
    private String xid = "";
    private List<Rows> open;

    /** Whether row events belong to a transaction of XA. */
    boolean isOpen() {
        return open != null;
    }

    void start() {
        open = new ArrayList<>();
    }

    /** @param ofXid as the server writes it in its statements */
    void named(String ofXid) {
        xid = ofXid;
    }

    void add(Rows rows) {
        open.add(rows);
    }

    /** The transaction waits from now on. */
    void prepared(SourceTransaction transaction) {
        prepared.put(xid, new Branch(transaction.gtid(), new Prepared(transaction.file(), transaction.start()), open));
        open = null;
    }

    /** The rows of a transaction that is prepared and committed at once. */
    List<Rows> takeOpen() {
        List<Rows> rows = open == null ? List.of() : open;
        open = null;
        return rows;
    }

    /** A transaction that is committed or rolled back; empty when it was prepared before reading began. */
    Optional<Branch> take(String ofXid) {
        return Optional.ofNullable(prepared.remove(ofXid));
    }

    /** Where the one stands that waits for longest. */
    Optional<Prepared> oldest() {
        return prepared.values().stream().map(Branch::place).findFirst();
    }

    /** The rows that one statement wrote, as the event holds them. */
    static final class Rows {

        private final TableId table;
        private final EventType type;
        private final byte[] event;
        private final long at;

        Rows(TableId table, EventType type, byte[] event, long at) {
            this.table = requireNonNull(table, "table is null");
            this.type = requireNonNull(type, "type is null");
            this.event = requireNonNull(event, "event is null");
            this.at = at;
        }

        TableId table() {
            return table;
        }

        EventType type() {
            return type;
        }

        byte[] event() {
            return event;
        }

        long at() {
            return at;
        }
    }

    /**
     * A transaction that waits.
     *
     * @param gtid of its preparation
     * @param place where its preparation begins
     */
    record Branch(String gtid, Prepared place, List<Rows> rows) {
        Branch {
            requireNonNull(gtid, "gtid is null");
            requireNonNull(place, "place is null");
            rows = List.copyOf(rows);
        }
    }
}
