// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.header.Headers;

/**
 * The headers that Tablecast adds to records. All but {@link #BEFORE} are strings of base64 of UTF-8 JSON, because
 * Connect's default header converter turns plain JSON and dates into something else on the way. Tombstones carry none.
 */
public final class RecordHeaders {

    /** {@code full} when {@code before} holds the whole old row. */
    public static final String BEFORE = "tablecast.before";

    public static final String SNAPSHOT_BEGIN = "tablecast.snapshot.begin";
    public static final String SNAPSHOT_END = "tablecast.snapshot.end";
    /** On records that hold many rows in PostgreSQL's binary form: which rows. */
    public static final String SNAPSHOT_ROWS = "tablecast.snapshot.rows";

    /** On the same records: what the rows are like. */
    public static final String SNAPSHOT_LAYOUT = "tablecast.snapshot.layout";

    public static final String SCHEMA_CHANGE = "tablecast.schema.change";

    /** Debezium: on the delete of a key change, the key that the row has now. */
    public static final String NEW_KEY = "__debezium.newkey";

    /** Debezium: on the create of a key change, the key that the row had. */
    public static final String OLD_KEY = "__debezium.oldkey";

    private static final String FULL = "full";
    private static final TypeReference<List<SchemaChange>> CHANGES = new TypeReference<>() {};
    // Later versions may add properties.
    private static final ObjectMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private final ConnectHeaders headers = new ConnectHeaders();

    public RecordHeaders() {}

    public RecordHeaders beforeIsFull() {
        headers.addString(BEFORE, FULL);
        return this;
    }

    public RecordHeaders begin(SnapshotBegin begin) {
        headers.addString(SNAPSHOT_BEGIN, encode(begin));
        return this;
    }

    public RecordHeaders end(SnapshotEnd end) {
        headers.addString(SNAPSHOT_END, encode(end));
        return this;
    }

    public RecordHeaders rows(SnapshotRows rows) {
        headers.addString(SNAPSHOT_ROWS, encode(rows));
        return this;
    }

    /** @param layout as {@link #encoded} has made it, because many records carry the same */
    public RecordHeaders layout(String layout) {
        headers.addString(SNAPSHOT_LAYOUT, layout);
        return this;
    }

    /** The text of a header that describes rows. */
    public static String encoded(RowLayout layout) {
        return encode(layout);
    }

    public RecordHeaders schemaChange(List<SchemaChange> changes) {
        headers.addString(SCHEMA_CHANGE, encodeChanges(changes));
        return this;
    }

    public RecordHeaders newKey(Struct key) {
        headers.add(NEW_KEY, new SchemaAndValue(key.schema(), key));
        return this;
    }

    public RecordHeaders oldKey(Struct key) {
        headers.add(OLD_KEY, new SchemaAndValue(key.schema(), key));
        return this;
    }

    /** The headers for a record; later calls on this object do not change what was returned. */
    public Headers headers() {
        return headers.duplicate();
    }

    public static boolean isBeforeFull(Headers headers) {
        Header header = headers.lastWithName(BEFORE);
        return header != null && FULL.equals(header.value());
    }

    /**
     * The marker of a snapshot's beginning, empty on all other records.
     *
     * @throws DataException when the header is there and cannot be read
     */
    public static Optional<SnapshotBegin> begin(Headers headers) {
        Optional<String> text = text(headers, SNAPSHOT_BEGIN);
        return text.isEmpty() ? Optional.empty() : Optional.of(decode(SNAPSHOT_BEGIN, text.get(), SnapshotBegin.class));
    }

    /**
     * The marker of a snapshot's end, empty on all other records.
     *
     * @throws DataException when the header is there and cannot be read
     */
    public static Optional<SnapshotEnd> end(Headers headers) {
        Optional<String> text = text(headers, SNAPSHOT_END);
        return text.isEmpty() ? Optional.empty() : Optional.of(decode(SNAPSHOT_END, text.get(), SnapshotEnd.class));
    }

    /**
     * Which rows a record holds in PostgreSQL's binary form, empty on all other records.
     *
     * @throws DataException when the header is there and cannot be read
     */
    public static Optional<SnapshotRows> rows(Headers headers) {
        return text(headers, SNAPSHOT_ROWS).map(text -> decode(SNAPSHOT_ROWS, text, SnapshotRows.class));
    }

    /** The text of the header that describes the rows of such a record, see {@link #layout(String)}. */
    static Optional<String> layoutText(Headers headers) {
        return text(headers, SNAPSHOT_LAYOUT);
    }

    /**
     * What {@link #encoded} has written.
     *
     * @throws DataException when it cannot be read
     */
    static RowLayout decodedLayout(String text) {
        return decode(SNAPSHOT_LAYOUT, text, RowLayout.class);
    }

    /**
     * The changes, in order; empty when there are none.
     *
     * @throws DataException when the header is there and cannot be read
     */
    public static List<SchemaChange> schemaChanges(Headers headers) {
        Optional<String> text = text(headers, SCHEMA_CHANGE);
        return text.isEmpty() ? List.of() : decodeChanges(text.get());
    }

    private static Optional<String> text(Headers headers, String name) {
        // Nearly every record: cheaper than a look for each name.
        if (headers.isEmpty()) {
            return Optional.empty();
        }
        Header header = headers.lastWithName(name);
        if (header == null || header.value() == null) {
            return Optional.empty();
        }
        if (header.value() instanceof String text) {
            return Optional.of(text);
        }
        throw new DataException("Header " + name + " holds a "
                + header.value().getClass().getSimpleName()
                + " instead of text; use Connect's default header converter on both sides");
    }

    private static String encode(Object value) {
        try {
            return Base64.getEncoder().encodeToString(JSON.writeValueAsBytes(value));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("Cannot write " + value + " as JSON", impossible);
        }
    }

    // Written with the element type in hand: erasure would hide which kind of change each one is.
    private static String encodeChanges(List<SchemaChange> changes) {
        try {
            return Base64.getEncoder().encodeToString(JSON.writerFor(CHANGES).writeValueAsBytes(changes));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("Cannot write " + changes + " as JSON", impossible);
        }
    }

    private static <T> T decode(String header, String text, Class<T> type) {
        try {
            T value = JSON.readValue(Base64.getDecoder().decode(text), type);
            if (value == null) {
                throw new IllegalArgumentException("JSON null");
            }
            return value;
        } catch (IOException | IllegalArgumentException e) {
            throw unreadable(header, e);
        }
    }

    private static List<SchemaChange> decodeChanges(String text) {
        try {
            List<SchemaChange> changes = JSON.readValue(Base64.getDecoder().decode(text), CHANGES);
            if (changes == null || changes.stream().anyMatch(Objects::isNull)) {
                throw new IllegalArgumentException("JSON null");
            }
            return changes;
        } catch (IOException | IllegalArgumentException e) {
            throw unreadable(SCHEMA_CHANGE, e);
        }
    }

    private static DataException unreadable(String header, Exception cause) {
        return new DataException(
                "Cannot read header " + header + ": it is not base64 of the JSON that Tablecast writes."
                        + " A transform or header converter has changed it, or a newer version wrote it.",
                cause);
    }
}
