// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.table.TableId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * A queue as the registry describes it.
 *
 * @param name the queue table's name, and its trigger function's
 * @param relation the oid that the source table had when the queue was set up
 * @param keyColumns the source columns whose values the queue's columns k1, k2 and so on hold
 * @param keyTypes the types of these columns of the queue
 * @param generation changes when changes may have passed the queue; positions of another generation mean nothing
 * @param membersThen how the queue table, its function and the triggers of the tree were when they were set up
 * @param membersNow how they are
 * @param content what the queue holds beside keys
 * @param format the version that made the trigger function
 */
record InstalledQueue(
        TableId table,
        String name,
        long relation,
        List<String> keyColumns,
        List<String> keyTypes,
        long generation,
        List<String> membersThen,
        List<String> membersNow,
        QueueContent content,
        int format) {

    /** Stands for the queue table among the members; no table has this oid. */
    static final String QUEUE_TABLE = "0";

    InstalledQueue {
        requireNonNull(table, "table is null");
        requireNonNull(name, "name is null");
        requireNonNull(content, "content is null");
        keyColumns = List.copyOf(keyColumns);
        keyTypes = List.copyOf(keyTypes);
        membersThen = List.copyOf(membersThen);
        membersNow = List.copyOf(membersNow);
    }

    /** Whether the queue holds what a reader needs. */
    boolean serves(QueueWish wish) {
        return keyColumns.containsAll(wish.keyColumns()) && content.serves(wish.content());
    }

    /** The queue's columns that hold the given source columns. */
    List<String> queueColumns(List<String> sourceColumns) {
        List<String> all = KeyColumn.queueColumns(keyColumns.size());
        return sourceColumns.stream()
                .map(column -> all.get(keyColumns.indexOf(column)))
                .toList();
    }

    /** Whether the queue table is the one that was made, and as it was made. */
    boolean hasItsTable() {
        return Objects.equals(
                byRelation(membersThen).get(QUEUE_TABLE), byRelation(membersNow).get(QUEUE_TABLE));
    }

    /** Whether queue table, function and triggers are as they were set up. */
    boolean isIntact(QueueTarget target) {
        return relation == target.relation() && membersThen.equals(membersNow);
    }

    /** Whether triggers and key columns are those that the table needs. */
    boolean isAsWanted(QueueTarget target) {
        return isIntact(target) && keyColumns.equals(target.keyNames()) && keyTypes.equals(target.queueTypes());
    }

    /** Whether the trigger function is this version's, and stores what it should. */
    boolean hasFunction(QueueContent wanted) {
        return content.equals(wanted) && format == QueueRegistry.VERSION;
    }

    /** Whether something that was set up is gone or was changed, or a partition is gone: changes may have passed. */
    boolean isBroken(QueueTarget target) {
        if (relation != target.relation()) {
            return true;
        }
        Map<String, String> now = byRelation(membersNow);
        return !now.entrySet().containsAll(byRelation(membersThen).entrySet());
    }

    /** The oids of tables that joined the tree since. */
    List<Long> newMembers() {
        List<String> added = new ArrayList<>(byRelation(membersNow).keySet());
        added.removeAll(byRelation(membersThen).keySet());
        return added.stream().map(Long::valueOf).toList();
    }

    private static Map<String, String> byRelation(List<String> members) {
        Map<String, String> byRelation = new TreeMap<>();
        for (String member : members) {
            int equals = member.indexOf('=');
            byRelation.put(member.substring(0, equals), member.substring(equals + 1));
        }
        return byRelation;
    }
}
