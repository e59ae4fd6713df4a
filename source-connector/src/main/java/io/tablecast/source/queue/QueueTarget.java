// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.table.TableId;
import java.util.List;

/**
 * A source table as far as its queue is concerned.
 *
 * @param relation its oid
 * @param level which triggers see all its changes
 * @param members the table itself first, then its partitions or inheritance children, all levels
 * @param key the columns that queue rows hold
 */
record QueueTarget(TableId table, long relation, Level level, List<Member> members, List<KeyColumn> key) {

    QueueTarget {
        requireNonNull(table, "table is null");
        requireNonNull(level, "level is null");
        members = List.copyOf(members);
        key = List.copyOf(key);
    }

    /** The same as its owner sees it. */
    QueueTarget asOwner() {
        List<Member> owned = members.stream()
                .map(member ->
                        new Member(member.table(), member.relation(), member.clones(), true, true, member.subscribed()))
                .toList();
        return new QueueTarget(table, relation, level, owned, key);
    }

    List<String> keyNames() {
        return key.stream().map(KeyColumn::name).toList();
    }

    /** The types of the queue's key columns. */
    List<String> queueTypes() {
        return key.stream().map(KeyColumn::queueType).toList();
    }

    /** Which triggers a table gets. */
    enum Level {
        /** Once per statement, with all its rows; cheapest. */
        STATEMENT,
        /**
         * Once per row. Statement-level triggers do not fire for rows that reach a table through its parent, nor for
         * rows that a subscription applies, and partitions cannot have any with transition tables.
         */
        ROW
    }

    /**
     * One table of the tree.
     *
     * @param clones whether it gets its row-level trigger from a partitioned parent
     * @param owned whether we have the rights of its owner
     * @param mayTrigger whether we may put triggers on it
     * @param subscribed whether a subscription writes to it, which only triggers that fire always see
     */
    record Member(TableId table, long relation, boolean clones, boolean owned, boolean mayTrigger, boolean subscribed) {
        Member {
            requireNonNull(table, "table is null");
        }
    }
}
