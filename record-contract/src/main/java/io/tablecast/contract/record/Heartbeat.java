// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.record;

import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;

/** Key and value of heartbeat records, in Debezium's schemas, which its consumers know to skip. */
public final class Heartbeat {

    public static final Schema KEY_SCHEMA = SchemaBuilder.struct()
            .name("io.debezium.connector.common.ServerNameKey")
            .field("serverName", Schema.STRING_SCHEMA)
            .build();

    public static final Schema VALUE_SCHEMA = SchemaBuilder.struct()
            .name("io.debezium.connector.common.Heartbeat")
            .field("ts_ms", Schema.INT64_SCHEMA)
            .build();

    private Heartbeat() {}

    public static Struct key(String topicPrefix) {
        return new Struct(KEY_SCHEMA).put("serverName", topicPrefix);
    }

    public static Struct value(long epochMillis) {
        return new Struct(VALUE_SCHEMA).put("ts_ms", epochMillis);
    }
}
