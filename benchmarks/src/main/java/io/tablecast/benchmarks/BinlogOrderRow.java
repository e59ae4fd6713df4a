// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tablecast.source.mysql.type.BinlogBytes;
import io.tablecast.source.mysql.type.MySqlColumn;
import io.tablecast.source.mysql.type.MySqlColumnReader;
import io.tablecast.source.mysql.type.MySqlColumnReader.Role;
import io.tablecast.source.mysql.type.MySqlModes;
import io.tablecast.source.mysql.type.MySqlType;
import io.tablecast.source.mysql.type.TextDecoder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;

/** One row of an ordinary MySQL table with ten columns, as a row event holds it. For use by one thread. */
final class BinlogOrderRow {
    private static final int MOST_BYTES = 512;
    private static final TextDecoder TEXT = new TextDecoder.OfCharset(UTF_8, 4);

    private static final List<MySqlColumn> COLUMNS = List.of(
            column("id", "bigint unsigned", false),
            column("customer_id", "int", false),
            column("status", "enum('new','paid','shipped')", false),
            column("amount", "decimal(12,2)", false),
            column("note", "varchar(200)", true),
            column("gift", "tinyint", false),
            column("attributes", "json", true),
            column("weight", "double", true),
            column("created_at", "datetime(6)", false),
            column("updated_at", "timestamp(6)", false));

    private final List<MySqlColumnReader> readers = COLUMNS.stream()
            .map(column -> MySqlColumnReader.create(column, Role.OTHER, MySqlModes.DEFAULT, charsetIgnored -> TEXT))
            .toList();
    private final Schema schema;
    private final Field[] fields;
    private final byte[] row = encoded();

    BinlogOrderRow() {
        SchemaBuilder builder = SchemaBuilder.struct();
        readers.forEach(reader -> builder.field(reader.column().name(), reader.fieldSchema()));
        schema = builder.build();
        fields = schema.fields().toArray(new Field[0]);
    }

    /** The row of the event becomes a Struct. */
    Struct decode() {
        BinlogBytes in = new BinlogBytes(row);
        boolean[] nulls = in.bits(fields.length);
        Struct decoded = new Struct(schema);
        for (int i = 0; i < fields.length; i++) {
            if (!nulls[i]) {
                decoded.put(fields[i], readers.get(i).ofBinlog(in));
            }
        }
        return decoded;
    }

    /** As a server writes it: nothing is NULL, and numbers have the least significant byte first unless said otherwise. */
    private static byte[] encoded() {
        ByteBuffer row = ByteBuffer.allocate(MOST_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        row.putShort((short) 0);
        row.putLong(4_711).putInt(17).put((byte) 3);
        // A decimal's ten digits before the point are one and nine, the most significant byte first, with the sign
        // turned.
        row.put((byte) 0x80).put(fromTheTop(1_234, 4)).put((byte) 56);
        byte[] note = "Parcel 4711, leave it with the neighbours if nobody is in".getBytes(UTF_8);
        row.putShort((short) note.length).put(note);
        row.put((byte) 1);
        byte[] attributes = attributes();
        row.putInt(attributes.length).put(attributes);
        row.putDouble(12.375);
        long day = (2026L * 13 + 1) << 5 | 31;
        long time = 12 << 12 | 30 << 6 | 15;
        row.put(fromTheTop((day << 17 | time) + (1L << 39), 5)).put(fromTheTop(1, 3));
        row.put(fromTheTop(1_769_904_001, 4)).put(fromTheTop(2, 3));
        return Arrays.copyOf(row.array(), row.position());
    }

    /** {@code {"channel": "web", "priority": 3}}: count and size, places of keys, kinds and places of values, then both. */
    private static byte[] attributes() {
        ByteBuffer json = ByteBuffer.allocate(MOST_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        json.put((byte) 0).putShort((short) 2).putShort((short) 37);
        json.putShort((short) 18).putShort((short) 7).putShort((short) 25).putShort((short) 8);
        json.put((byte) 12).putShort((short) 33).put((byte) 5).putShort((short) 3);
        json.put("channelpriority".getBytes(UTF_8)).put((byte) 3).put("web".getBytes(UTF_8));
        return Arrays.copyOf(json.array(), json.position());
    }

    private static byte[] fromTheTop(long value, int bytes) {
        byte[] all = ByteBuffer.allocate(Long.BYTES).putLong(value).array();
        return Arrays.copyOfRange(all, Long.BYTES - bytes, Long.BYTES);
    }

    private static MySqlColumn column(String name, String type, boolean nullable) {
        String charset = type.startsWith("varchar") || type.startsWith("enum") ? "utf8mb4" : "";
        return new MySqlColumn(name, MySqlType.parse(type, charset), nullable);
    }
}
