// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Headers;

/** Rows as other sources send them: the row itself is the value, its first field the key, and nothing else is known. */
final class FlatRows {

    private final TopicLog log;
    private final Schema row;
    private final Schema key;
    private final Headers headers;

    /** Rows of the schema, whose first field is the key. */
    FlatRows(TopicLog log, Schema row) {
        this(log, row, new ConnectHeaders());
    }

    private FlatRows(TopicLog log, Schema row, Headers headers) {
        this.log = log;
        this.row = row;
        this.headers = headers;
        Field first = row.fields().get(0);
        this.key = SchemaBuilder.struct().field(first.name(), first.schema()).build();
    }

    /** The same rows with headers. */
    FlatRows announcing(Headers announced) {
        return new FlatRows(log, row, announced);
    }

    static SchemaBuilder typed(SchemaBuilder schema, String columnType) {
        return schema.optional().parameter("tablecast.column.type", columnType);
    }

    /** Sends a row of these values. */
    void send(Object... values) {
        Struct value = new Struct(row);
        for (Field field : row.fields()) {
            value.put(field, values[field.index()]);
        }
        log.send(key, key(values[0]), row, value, headers);
    }

    /** Sends a tombstone. */
    void delete(Object keyValue) {
        log.send(key, key(keyValue), null, null, new ConnectHeaders());
    }

    private Struct key(Object value) {
        return new Struct(key).put(key.fields().get(0), value);
    }
}
