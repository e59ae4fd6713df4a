// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import com.github.shyiko.mysql.binlog.event.EventHeaderV4;

/**
 * Where the events of transactions stand. MariaDB, since 11.4, only tells where a transaction begins and ends, and leaves
 * the places of the events between to be counted. Used by one thread.
 */
final class EventPlaces {

    private long last;

    /** Where an event of a file ends. */
    long end(EventHeaderV4 header) {
        last = header.getNextPosition() > 0 ? header.getNextPosition() : last + header.getEventLength();
        return last;
    }
}
