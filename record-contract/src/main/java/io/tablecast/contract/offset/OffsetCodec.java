// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.offset;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Writes and reads offset maps. Each carries the format version under {@value #FORMAT}; a map of a newer version is
 * refused, so that a downgrade never misreads a position.
 */
public final class OffsetCodec {

    public static final String FORMAT = "format";
    public static final String MODE = "mode";
    public static final String STATE = "state";
    public static final String SYSTEM = "system";
    public static final String DATABASE = "database";
    public static final String SNAPSHOT = "snapshot";
    public static final String CHECKED = "checked";
    public static final String FINGERPRINT = "fingerprint";
    public static final String FROM = "from";
    public static final String TO = "to";
    public static final String LAST_ID = "last_id";
    public static final String STRUCTURE = "structure";

    /** A request beside a position: run the table now, whatever its interval or schedule says. */
    public static final String RUN = "run";

    private static final long VERSION = 1;
    private static final String COPYING = "copying";
    private static final String COPIED = "copied";
    private static final String STREAMING = "streaming";
    private static final Set<String> REQUESTS = Set.of(RUN);
    private static final Pattern PG_SNAPSHOT = Pattern.compile("\\d+:\\d+:(\\d+(,\\d+)*)?");

    private OffsetCodec() {}

    public static Map<String, Object> encode(TableOffset offset) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(FORMAT, VERSION);
        map.put(MODE, offset.mode());
        map.put(SYSTEM, offset.source().system());
        map.put(DATABASE, offset.source().database());
        return offset.match(new TableOffset.Cases<>() {
            @Override
            public Map<String, Object> copying(TableOffset.Copying copying) {
                map.put(STATE, COPYING);
                map.put(SNAPSHOT, copying.snapshotId());
                return map;
            }

            @Override
            public Map<String, Object> copied(TableOffset.Copied copied) {
                map.put(STATE, COPIED);
                map.put(SNAPSHOT, copied.snapshotId());
                map.put(CHECKED, copied.checked().toString());
                map.put(FINGERPRINT, copied.fingerprint());
                return map;
            }

            @Override
            public Map<String, Object> window(TableOffset.Window window) {
                map.put(STATE, STREAMING);
                map.put(FROM, window.from());
                map.put(STRUCTURE, window.structure());
                if (!window.isFinished()) {
                    map.put(TO, window.to());
                    map.put(LAST_ID, window.lastId());
                }
                return map;
            }
        });
    }

    /**
     * Reads a map that Connect stored, or that a user sends.
     *
     * @throws InvalidOffset naming every fault of the map
     */
    public static TableOffset decode(Map<String, ?> map) {
        Entries entries = new Entries(map);
        long format = entries.number(FORMAT);
        if (entries.faults.isEmpty() && format != VERSION) {
            throw new InvalidOffset("Offset " + map + " has format " + format + "; this version of Tablecast reads "
                    + VERSION + ". Install the version that wrote it, or delete the offset to copy the table again.");
        }
        String state = entries.text(STATE);
        String mode = entries.text(MODE);
        SourceIdentity source = new SourceIdentity(entries.text(SYSTEM), entries.text(DATABASE));
        TableOffset offset = switch (state) {
            case COPYING ->
                new TableOffset.Copying(source, entries.oneOf(MODE, "snapshot", "queue"), entries.text(SNAPSHOT));
            case COPIED -> {
                entries.expect(MODE, "snapshot", mode);
                yield new TableOffset.Copied(
                        source, entries.text(SNAPSHOT), entries.time(CHECKED), entries.text(FINGERPRINT));
            }
            case STREAMING -> {
                entries.expect(MODE, "queue", mode);
                yield window(entries, source);
            }
            default -> {
                entries.fault(STATE, "one of copying, copied, streaming");
                yield new TableOffset.Copying(source, mode, "");
            }
        };
        entries.finish();
        return offset;
    }

    /** Whether the map asks to run the table at once. */
    public static boolean asksToRun(Map<String, ?> map) {
        return map.containsKey(RUN);
    }

    private static TableOffset window(Entries entries, SourceIdentity source) {
        String from = entries.snapshot(FROM);
        String to = entries.map.containsKey(TO) ? entries.snapshot(TO) : from;
        long lastId = entries.map.containsKey(LAST_ID) ? entries.number(LAST_ID) : 0;
        return new TableOffset.Window(source, from, to, lastId, entries.text(STRUCTURE));
    }

    /** The entries of one map, and what is wrong with them. */
    private static final class Entries {

        private final Map<String, ?> map;
        private final List<String> faults = new ArrayList<>();
        private final Set<String> read = new TreeSet<>(REQUESTS);

        Entries(Map<String, ?> map) {
            this.map = map;
        }

        String text(String key) {
            read.add(key);
            if (map.get(key) instanceof String text) {
                return text;
            }
            fault(key, "a text");
            return "";
        }

        long number(String key) {
            read.add(key);
            if (map.get(key) instanceof Number number && number.longValue() >= 0) {
                return number.longValue();
            }
            fault(key, "a number of at least 0");
            return 0;
        }

        Instant time(String key) {
            try {
                return Instant.parse(text(key));
            } catch (DateTimeParseException e) {
                fault(key, "a time such as 2026-01-31T12:00:00Z");
                return Instant.EPOCH;
            }
        }

        String snapshot(String key) {
            String text = text(key);
            if (!PG_SNAPSHOT.matcher(text).matches()) {
                fault(key, "a PostgreSQL snapshot such as 795:799:795,797");
            }
            return text;
        }

        String oneOf(String key, String first, String second) {
            String text = text(key);
            if (!text.equals(first) && !text.equals(second)) {
                fault(key, first + " or " + second);
            }
            return text;
        }

        void expect(String key, String expected, String actual) {
            if (!expected.equals(actual)) {
                fault(key, expected);
            }
        }

        void fault(String key, String expected) {
            String fault = "\"" + key + "\" must be " + expected + ", but is " + map.get(key);
            if (!faults.contains(fault)) {
                faults.add(fault);
            }
        }

        void finish() {
            map.keySet().stream()
                    .filter(key -> !read.contains(key))
                    .forEach(key -> faults.add("\"" + key + "\" is not part of an offset in this state"));
            if (!faults.isEmpty()) {
                throw new InvalidOffset("Offset " + map + " cannot be used: " + String.join("; ", faults)
                        + ". Take a map from GET /connectors/<name>/offsets as a pattern, or delete the offset to copy"
                        + " the table again.");
            }
        }
    }
}
