// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.binlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.github.luben.zstd.ZstdInputStream;
import com.github.shyiko.mysql.binlog.event.EventType;
import io.tablecast.source.mysql.type.BinlogBytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.connect.errors.DataException;

/**
 * The events of a compressed transaction.
 *
 * @see <a href="https://dev.mysql.com/doc/refman/9.7/en/binary-log-transaction-compression.html">Binary log transaction
 *     compression</a>
 */
public final class Payload {

    private static final int END = 0;
    private static final int COMPRESSION = 2;
    private static final int SIZE = 3;
    private static final int ZSTD = 0;
    private static final int HEADER = 19;

    private Payload() {}

    /** The events of the transaction, in their order. */
    public static List<Event> events(byte[] event) {
        BinlogBytes in = new BinlogBytes(unpacked(event));
        List<Event> events = new ArrayList<>();
        while (in.remaining() > HEADER) {
            in.skip(4);
            EventType type = Objects.requireNonNullElse(EventType.byEventNumber(in.unsignedByte()), EventType.UNKNOWN);
            in.skip(4);
            int length = (int) in.littleEndian(4);
            in.skip(6);
            events.add(new Event(type, in.take(length - HEADER)));
        }
        return events;
    }

    private static byte[] unpacked(byte[] event) {
        BinlogBytes in = new BinlogBytes(event);
        int compression = ZSTD;
        long size = 0;
        for (int field = (int) in.packed(); field != END; field = (int) in.packed()) {
            int length = (int) in.packed();
            int end = in.position() + length;
            switch (field) {
                case COMPRESSION -> compression = (int) in.packed();
                case SIZE -> size = in.packed();
                default -> {}
            }
            in.skip(end - in.position());
        }
        byte[] packed = in.take(in.remaining());
        return compression == ZSTD ? decompressed(packed, size) : packed;
    }

    /** Grows with what is there: a size that is told wrongly must not cost memory. */
    private static byte[] decompressed(byte[] packed, long size) {
        try (ZstdInputStream in = new ZstdInputStream(new ByteArrayInputStream(packed))) {
            byte[] events = in.readNBytes((int) Math.max(0, Math.min(size, Integer.MAX_VALUE)));
            if (events.length == size) {
                return events;
            }
            throw damaged(size + " bytes were expected, and " + events.length + " are there", null);
        } catch (IOException e) {
            throw damaged(e.getMessage(), e);
        }
    }

    private static DataException damaged(String why, Exception cause) {
        return new DataException("A compressed transaction of the binlog is damaged: " + why + ".", cause);
    }

    /** An event without its header and without a checksum. */
    public static final class Event {
        private final EventType type;
        private final byte[] body;

        Event(EventType type, byte[] body) {
            this.type = requireNonNull(type, "type is null");
            this.body = requireNonNull(body, "body is null");
        }

        public EventType type() {
            return type;
        }

        public byte[] body() {
            return body;
        }

        /** The statement of an event of the type QUERY. */
        public String statement() {
            BinlogBytes in = new BinlogBytes(body);
            in.skip(8);
            int database = in.unsignedByte();
            in.skip(2);
            in.skip((int) in.littleEndian(2) + database + 1);
            return new String(in.take(in.remaining()), UTF_8);
        }
    }
}
