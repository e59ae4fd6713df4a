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
public final class SemanticTypes {

    public static final String DATE = "io.debezium.time.Date";
    public static final String TIME = "io.debezium.time.Time";
    public static final String MICRO_TIME = "io.debezium.time.MicroTime";
    public static final String NANO_TIME = "io.debezium.time.NanoTime";
    public static final String TIMESTAMP = "io.debezium.time.Timestamp";
    public static final String MICRO_TIMESTAMP = "io.debezium.time.MicroTimestamp";
    public static final String NANO_TIMESTAMP = "io.debezium.time.NanoTimestamp";
    public static final String ZONED_TIMESTAMP = "io.debezium.time.ZonedTimestamp";
    public static final String ZONED_TIME = "io.debezium.time.ZonedTime";
    public static final String ISO_DATE = "io.debezium.time.IsoDate";
    public static final String ISO_TIME = "io.debezium.time.IsoTime";
    public static final String ISO_TIMESTAMP = "io.debezium.time.IsoTimestamp";
    public static final String INTERVAL = "io.debezium.time.Interval";
    public static final String MICRO_DURATION = "io.debezium.time.MicroDuration";
    public static final String NANO_DURATION = "io.debezium.time.NanoDuration";
    public static final String YEAR = "io.debezium.time.Year";
    public static final String VARIABLE_SCALE_DECIMAL = "io.debezium.data.VariableScaleDecimal";
    public static final String JSON = "io.debezium.data.Json";
    public static final String XML = "io.debezium.data.Xml";
    public static final String UUID = "io.debezium.data.Uuid";
    public static final String ENUM = "io.debezium.data.Enum";
    public static final String ENUM_SET = "io.debezium.data.EnumSet";
    public static final String BITS = "io.debezium.data.Bits";
    public static final String LTREE = "io.debezium.data.Ltree";
    public static final String TSVECTOR = "io.debezium.data.Tsvector";
    public static final String POINT = "io.debezium.data.geometry.Point";
    public static final String DOUBLE_VECTOR = "io.debezium.data.DoubleVector";
    public static final String FLOAT_VECTOR = "io.debezium.data.FloatVector";
    public static final String GEOMETRY = "io.debezium.data.geometry.Geometry";
    public static final String GEOGRAPHY = "io.debezium.data.geometry.Geography";

    /** Upper-case name of the source's type. */
    public static final String SOURCE_TYPE = "__debezium.source.column.type";
    /** Length or precision of the source's column. */
    public static final String SOURCE_LENGTH = "__debezium.source.column.length";
    /** Scale of the source's column. */
    public static final String SOURCE_SCALE = "__debezium.source.column.scale";
    /** The exact type of the source's column. */
    public static final String COLUMN_TYPE = "tablecast.column.type";
    /** How the text of a binary column is encoded: {@code base64}, {@code base64-url-safe} or {@code hex}. */
    public static final String BINARY_ENCODING = "tablecast.column.encoding";

    public static final String ALLOWED = "allowed";
    public static final String LENGTH = "length";
    public static final String SCALE = "scale";
    public static final String VALUE = "value";
    public static final String DECIMAL_PRECISION = "connect.decimal.precision";

    private SemanticTypes() {}

    /** A string with a semantic name. */
    public static SchemaBuilder string(String name) {
        return SchemaBuilder.string().name(name).version(1);
    }

    /** A 32-bit integer with a semantic name. */
    public static SchemaBuilder int32(String name) {
        return SchemaBuilder.int32().name(name).version(1);
    }

    /** A 64-bit integer with a semantic name. */
    public static SchemaBuilder int64(String name) {
        return SchemaBuilder.int64().name(name).version(1);
    }

    public static SchemaBuilder bits(int length) {
        return SchemaBuilder.bytes().name(BITS).version(1).parameter(LENGTH, Integer.toString(length));
    }

    public static SchemaBuilder decimal(int precision, int scale) {
        return Decimal.builder(scale).parameter(DECIMAL_PRECISION, Integer.toString(precision));
    }

    public static SchemaBuilder variableScaleDecimal() {
        return SchemaBuilder.struct()
                .name(VARIABLE_SCALE_DECIMAL)
                .version(1)
                .doc("Variable scaled decimal")
                .field(SCALE, Schema.INT32_SCHEMA)
                .field(VALUE, Schema.BYTES_SCHEMA);
    }

    public static SchemaBuilder point() {
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
    public static String nameOf(Schema schema) {
        return schema.name() == null ? "" : schema.name();
    }

    /** A parameter of the schema, or the empty string. */
    public static String parameter(Schema schema, String key) {
        if (schema.parameters() == null) {
            return "";
        }
        return schema.parameters().getOrDefault(key, "");
    }
}
