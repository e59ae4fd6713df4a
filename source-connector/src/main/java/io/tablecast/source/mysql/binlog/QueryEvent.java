// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.binlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.tablecast.source.mysql.type.BinlogBytes;
import io.tablecast.source.mysql.type.TextDecoder;
import java.util.function.IntFunction;

/**
 * A QUERY event: a statement as its client has sent it, in the client's character set. (The library takes Java's.)
 *
 * @param database the session's default
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/classbinary__log_1_1Query__event.html">Query_event</a>
 */
public record QueryEvent(String database, String sql, DoubleQuotes quotes) {

    private static final int NUMBERS = 8;
    private static final int ERROR = 2;
    private static final int FLAGS = 0;
    private static final int SQL_MODE = 1;
    private static final int AUTO_INCREMENT = 3;
    private static final int CHARSET = 4;
    private static final int CATALOG = 6;
    private static final int ANSI_QUOTES = 4;
    private static final int UTF8 = 33;

    public QueryEvent {
        requireNonNull(database, "database is null");
        requireNonNull(sql, "sql is null");
        requireNonNull(quotes, "quotes is null");
    }

    /**
     * Reads an event's body.
     *
     * @param clients what decodes the statements of clients, by the number of their collation
     */
    public static QueryEvent of(byte[] event, IntFunction<TextDecoder> clients) {
        BinlogBytes in = new BinlogBytes(event);
        in.skip(NUMBERS);
        int database = in.unsignedByte();
        in.skip(ERROR);
        int end = (int) in.littleEndian(2);
        Session session = Session.of(in.take(end));
        String name = new String(in.take(database), UTF_8);
        in.skip(1);
        String sql = clients.apply(session.collation()).decode(in.take(in.remaining()));
        return new QueryEvent(name, sql, session.quotes());
    }

    /** What the event tells of its session. */
    private record Session(int collation, DoubleQuotes quotes) {

        /** Variables stand in the order of their numbers, as far as they are of use here. */
        static Session of(byte[] variables) {
            BinlogBytes in = new BinlogBytes(variables);
            DoubleQuotes quotes = DoubleQuotes.NAMES_WHERE_NO_TEXT_CAN_BE;
            while (in.remaining() > 0) {
                switch (in.unsignedByte()) {
                    case FLAGS, AUTO_INCREMENT -> in.skip(4);
                    case SQL_MODE -> {
                        boolean hasNames = (in.littleEndian(8) & ANSI_QUOTES) != 0;
                        quotes = hasNames ? DoubleQuotes.NAMES : quotes;
                    }
                    case CATALOG -> in.skip(in.unsignedByte());
                    case CHARSET -> {
                        return new Session((int) in.littleEndian(2), quotes);
                    }
                    default -> {
                        return new Session(UTF8, quotes);
                    }
                }
            }
            return new Session(UTF8, quotes);
        }
    }
}
