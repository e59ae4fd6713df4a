// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.binlog;

import com.github.shyiko.mysql.binlog.event.EventHeaderV4;
import com.github.shyiko.mysql.binlog.event.EventType;
import com.github.shyiko.mysql.binlog.event.deserialization.ByteArrayEventDataDeserializer;
import com.github.shyiko.mysql.binlog.event.deserialization.EventDeserializer;
import com.github.shyiko.mysql.binlog.event.deserialization.EventHeaderDeserializer;
import com.github.shyiko.mysql.binlog.event.deserialization.EventHeaderV4Deserializer;
import com.github.shyiko.mysql.binlog.event.deserialization.GtidEventDataDeserializer;
import com.github.shyiko.mysql.binlog.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * Leaves the events that describe tables and rows as bytes: most are of tables that nobody wants, and the library's own
 * decoding of values loses some. It takes statements for text in Java's own character set.
 */
final class RawEvents {

    private static final List<EventType> KEPT = List.of(
            EventType.WRITE_ROWS,
            EventType.UPDATE_ROWS,
            EventType.DELETE_ROWS,
            EventType.EXT_WRITE_ROWS,
            EventType.EXT_UPDATE_ROWS,
            EventType.EXT_DELETE_ROWS,
            EventType.PARTIAL_UPDATE_ROWS_EVENT,
            EventType.EXECUTE_LOAD_QUERY,
            EventType.UNKNOWN);

    private static final Set<EventType> HIDDEN =
            Set.of(EventType.TABLE_MAP, EventType.TRANSACTION_PAYLOAD, EventType.QUERY);

    private RawEvents() {}

    static EventDeserializer deserializer() {
        EventDeserializer deserializer =
                new EventDeserializer(new HeaderDeserializer(), new ByteArrayEventDataDeserializer());
        KEPT.forEach(type -> deserializer.setEventDataDeserializer(type, new ByteArrayEventDataDeserializer()));
        // Of the same form; the library takes it for unknown.
        deserializer.setEventDataDeserializer(EventType.ANONYMOUS_GTID, new GtidEventDataDeserializer());
        deserializer.setEventDataDeserializer(EventType.MARIADB_GTID, new TwoPhaseGtid.Deserializer());
        deserializer.setEventDataDeserializer(EventType.MARIADB_GTID_LIST, new GtidList.Deserializer());
        return deserializer;
    }

    /** The type of an event as the binlog has it. */
    static EventType type(EventHeaderV4 header) {
        return header instanceof HiddenHeader hidden ? hidden.type : header.getEventType();
    }

    /** Hides events from the library that it would decode whatever deserializer it was given. */
    private static final class HeaderDeserializer implements EventHeaderDeserializer<EventHeaderV4> {
        private final EventHeaderV4Deserializer usual = new EventHeaderV4Deserializer();

        @Override
        public EventHeaderV4 deserialize(ByteArrayInputStream in) throws IOException {
            EventHeaderV4 header = usual.deserialize(in);
            return HIDDEN.contains(header.getEventType()) ? new HiddenHeader(header) : header;
        }
    }

    private static final class HiddenHeader extends EventHeaderV4 {
        private static final long serialVersionUID = 1L;

        private final EventType type;

        HiddenHeader(EventHeaderV4 original) {
            type = original.getEventType();
            setTimestamp(original.getTimestamp());
            setEventType(EventType.UNKNOWN);
            setServerId(original.getServerId());
            setEventLength(original.getEventLength());
            setNextPosition(original.getNextPosition());
            setFlags(original.getFlags());
        }
    }
}
