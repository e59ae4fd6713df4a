// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;

/**
 * Names and schemas of Debezium's semantic types, as its version 3.6 publishes them, with the parameters that column
 * schemas carry.
 */
final class SemanticTypes {

    static final String DATE = "io.debezium.time.Date";
    static final String TIME = "io.debezium.time.Time";
    static final String MICRO_TIME = "io.debezium.time.MicroTime";
    static final String NANO_TIME = "io.debezium.time.NanoTime";
    static final String TIMESTAMP = "io.debezium.time.Timestamp";
    static final String MICRO_TIMESTAMP = "io.debezium.time.MicroTimestamp";
    static final String NANO_TIMESTAMP = "io.debezium.time.NanoTimestamp";
    static final String ZONED_TIMESTAMP = "io.debezium.time.ZonedTimestamp";
    static final String ZONED_TIME = "io.debezium.time.ZonedTime";
    static final String ISO_DATE = "io.debezium.time.IsoDate";
    static final String ISO_TIME = "io.debezium.time.IsoTime";
    static final String ISO_TIMESTAMP = "io.debezium.time.IsoTimestamp";
    static final String INTERVAL = "io.debezium.time.Interval";
    static final String MICRO_DURATION = "io.debezium.time.MicroDuration";
    static final String NANO_DURATION = "io.debezium.time.NanoDuration";
    static final String YEAR = "io.debezium.time.Year";
    static final String VARIABLE_SCALE_DECIMAL = "io.debezium.data.VariableScaleDecimal";
    static final String JSON = "io.debezium.data.Json";
    static final String XML = "io.debezium.data.Xml";
    static final String UUID = "io.debezium.data.Uuid";
    static final String ENUM = "io.debezium.data.Enum";
    static final String ENUM_SET = "io.debezium.data.EnumSet";
    static final String BITS = "io.debezium.data.Bits";
    static final String LTREE = "io.debezium.data.Ltree";
    static final String TSVECTOR = "io.debezium.data.Tsvector";
    static final String POINT = "io.debezium.data.geometry.Point";
    static final String DOUBLE_VECTOR = "io.debezium.data.DoubleVector";
    static final String FLOAT_VECTOR = "io.debezium.data.FloatVector";
    static final String GEOMETRY = "io.debezium.data.geometry.Geometry";
    static final String GEOGRAPHY = "io.debezium.data.geometry.Geography";

    /** Upper-case name of the source's type. */
    static final String SOURCE_TYPE = "__debezium.source.column.type";
    /** Length or precision of the source's column. */
    static final String SOURCE_LENGTH = "__debezium.source.column.length";
    /** Scale of the source's column. */
    static final String SOURCE_SCALE = "__debezium.source.column.scale";
    /** The exact type of the source's column. */
    static final String COLUMN_TYPE = "tablecast.column.type";
    /** How the text of a binary column is encoded: {@code base64}, {@code base64-url-safe} or {@code hex}. */
    static final String BINARY_ENCODING = "tablecast.column.encoding";

    static final String ALLOWED = "allowed";
    static final String LENGTH = "length";
    static final String SCALE = "scale";
    static final String VALUE = "value";
    static final String DECIMAL_PRECISION = "connect.decimal.precision";

    private SemanticTypes() {}

    /** A string with a semantic name. */
    static SchemaBuilder string(String name) {
        return SchemaBuilder.string().name(name).version(1);
    }

    /** A 32-bit integer with a semantic name. */
    static SchemaBuilder int32(String name) {
        return SchemaBuilder.int32().name(name).version(1);
    }

    /** A 64-bit integer with a semantic name. */
    static SchemaBuilder int64(String name) {
        return SchemaBuilder.int64().name(name).version(1);
    }

    static SchemaBuilder bits(int length) {
        return SchemaBuilder.bytes().name(BITS).version(1).parameter(LENGTH, Integer.toString(length));
    }

    static SchemaBuilder decimal(int precision, int scale) {
        return Decimal.builder(scale).parameter(DECIMAL_PRECISION, Integer.toString(precision));
    }

    static SchemaBuilder variableScaleDecimal() {
        return SchemaBuilder.struct()
                .name(VARIABLE_SCALE_DECIMAL)
                .version(1)
                .doc("Variable scaled decimal")
                .field(SCALE, Schema.INT32_SCHEMA)
                .field(VALUE, Schema.BYTES_SCHEMA);
    }

    static SchemaBuilder point() {
        return SchemaBuilder.struct()
                .name(POINT)
                .version(1)
                .doc("Geometry (POINT)")
                .field("x", Schema.FLOAT64_SCHEMA)
                .field("y", Schema.FLOAT64_SCHEMA)
                .field("wkb", Schema.OPTIONAL_BYTES_SCHEMA)
                .field("srid", Schema.OPTIONAL_INT32_SCHEMA);
    }

    /** The semantic name, or the empty string of a schema without. */
    static String nameOf(Schema schema) {
        return schema.name() == null ? "" : schema.name();
    }

    /** A parameter of the schema, or the empty string. */
    static String parameter(Schema schema, String key) {
        if (schema.parameters() == null) {
            return "";
        }
        return schema.parameters().getOrDefault(key, "");
    }
}
