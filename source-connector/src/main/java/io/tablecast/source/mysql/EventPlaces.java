// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import com.github.shyiko.mysql.binlog.event.EventHeaderV4;

/**
 * Where the events of a file stand. Headers tell it in four bytes, which a transaction of several GiB outgrows: no event
 * is as long, so that a place far before the last one is behind the next 4 GiB. MariaDB, since 11.4, only tells where a
 * transaction begins and ends, and leaves the places of the events between to be counted. Used by one thread.
 */
final class EventPlaces {

    private static final long FARTHEST_TOLD = 0xffff_ffffL;

    private static final long WRAP = FARTHEST_TOLD + 1;

    private long last;

    /** Whether four bytes are too few for a place; then servers cannot be told to begin there, either. */
    static boolean isFar(long place) {
        return place > FARTHEST_TOLD;
    }

    /** The stream goes on at a place of a file. */
    void beginAt(long place) {
        last = place;
    }

    /** Where the last event ended. */
    long last() {
        return last;
    }

    /** Where an event of the file ends. */
    long end(EventHeaderV4 header) {
        long told = header.getNextPosition();
        last = told > 0 ? whole(told) : last + header.getEventLength();
        return last;
    }

    private long whole(long told) {
        long near = last - last % WRAP + told;
        return last - near > WRAP / 2 ? near + WRAP : near;
    }
}
