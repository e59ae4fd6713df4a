// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.binlog;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.mysql.type.BinlogBytes;
import io.tablecast.source.mysql.type.MySqlColumn;
import io.tablecast.source.mysql.type.TextDecoder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A TABLE_MAP event: which table the next row events are of, and how its columns are. Its columns are read on demand,
 * because most events are of tables that nobody wants, or the same as the one before.
 *
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/classbinary__log_1_1Table__map__event.html">Table_map_event</a>
 */
public final class TableMap {

    private static final int FLAGS = 2;

    private final byte[] event;
    private final long number;
    private final TableId table;
    private final int columnsAt;

    private TableMap(byte[] event, long number, TableId table, int columnsAt) {
        this.event = event;
        this.number = number;
        this.table = table;
        this.columnsAt = columnsAt;
    }

    /** Reads the names of an event's body. */
    public static TableMap of(byte[] event) {
        BinlogBytes in = new BinlogBytes(event);
        long number = in.littleEndian(6);
        in.skip(FLAGS);
        String schema = name(in);
        String name = name(in);
        return new TableMap(event, number, new TableId(schema, name), in.position());
    }

    /** The number by which row events name the table. */
    public long number() {
        return number;
    }

    public TableId table() {
        return table;
    }

    /** Whether both describe the same table in the same way. */
    public boolean isSameAs(TableMap other) {
        return number == other.number && Arrays.equals(event, other.event);
    }

    /**
     * The columns.
     *
     * @param decoders the decoders of the server's character sets, by name
     * @return empty when the event does not hold their names, because binlog_row_metadata is not FULL
     * @throws UnreadableTableException when a column is of a kind that cannot be read
     */
    public Optional<List<MySqlColumn>> columns(Collations collations, Function<String, TextDecoder> decoders) {
        return read(collations, decoders).read();
    }

    /** Whether rows of these columns may follow, as far as events tell that do not hold names. */
    public boolean fits(List<MySqlColumn> known, Collations collations, Function<String, TextDecoder> decoders) {
        return read(collations, decoders).forms().equals(ColumnForms.of(known, collations));
    }

    private TableMapColumns read(Collations collations, Function<String, TextDecoder> decoders) {
        BinlogBytes in = new BinlogBytes(event, columnsAt, event.length - columnsAt);
        Supplier<String> name = table::toString;
        return new TableMapColumns(in, collations, decoders, name);
    }

    private static String name(BinlogBytes in) {
        String name = new String(in.take(in.unsignedByte()), UTF_8);
        in.skip(1);
        return name;
    }
}
