// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.binlog;

import static java.util.Objects.requireNonNull;

import com.github.shyiko.mysql.binlog.event.ByteArrayEventData;
import com.github.shyiko.mysql.binlog.event.EventData;
import com.github.shyiko.mysql.binlog.event.EventHeaderV4;
import com.github.shyiko.mysql.binlog.event.EventType;

/**
 * An event as the library read it.
 *
 * @param data null for types without any
 */
public record BinlogEvent(EventType type, EventHeaderV4 header, EventData data) {

    private static final int IGNORABLE = 0x80;

    public BinlogEvent {
        requireNonNull(type, "type is null");
        requireNonNull(header, "header is null");
    }

    /** Whether a transaction begins that has no GTID. */
    public boolean isAnonymous() {
        return type == EventType.ANONYMOUS_GTID;
    }

    /** Whether whoever does not know what it is must not pass over it. */
    public boolean isUnknown() {
        return type == EventType.UNKNOWN && (header.getFlags() & IGNORABLE) == 0;
    }

    /** The body of an event as far as it was left as bytes. */
    public byte[] body() {
        return data instanceof ByteArrayEventData bytes ? bytes.getData() : new byte[0];
    }

    /** The body of an event that was left as bytes. */
    public byte[] bytes() {
        return ((ByteArrayEventData) data).getData();
    }
}
