// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.offset;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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

    public static final String CONTROL_COLUMN = "control.column";
    public static final String CONTROL_TYPE = "control.type";
    public static final String CONTROL_FROM = "control.from";
    public static final String CONTROL_AFTER = "control.after";
    public static final String KEY_AFTER = "key.after";
    public static final String COLUMNS = "columns";
    public static final String SELECTION = "selection";

    /** Requests of mode incremental: read rows again from, and up to but without, a value of the control column. */
    public static final String REPULL_FROM = "repull.from";

    public static final String REPULL_TO = "repull.to";

    /** A request of mode incremental: once, read all rows that are there, with boundary 0. */
    public static final String DRAIN = "drain";

    /** A request beside a position: run the table now, whatever its interval or schedule says. */
    public static final String RUN = "run";

    private static final long VERSION = 1;
    private static final String NOW = "now";
    private static final String COPYING = "copying";
    private static final String COPIED = "copied";
    private static final String STREAMING = "streaming";
    private static final String FOLLOWING = "following";

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

            @Override
            public Map<String, Object> following(TableOffset.Following following) {
                map.put(STATE, FOLLOWING);
                FollowingEntries.put(following, map);
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
        OffsetEntries entries = new OffsetEntries(map);
        long format = entries.number(FORMAT);
        if (entries.isFaultless() && format != VERSION) {
            throw new InvalidOffset("Offset " + map + " has format " + format + "; this version of Tablecast reads "
                    + VERSION + ". Install the version that wrote it, or delete the offset to copy the table again.");
        }
        String state = entries.text(STATE);
        String mode = entries.text(MODE);
        SourceIdentity source = new SourceIdentity(entries.text(SYSTEM), entries.text(DATABASE));
        TableOffset offset = switch (state) {
            case COPYING ->
                new TableOffset.Copying(
                        source, entries.oneOf(MODE, "snapshot", "queue", "incremental"), entries.text(SNAPSHOT));
            case COPIED -> {
                entries.expect(MODE, "snapshot", mode);
                yield new TableOffset.Copied(
                        source, entries.text(SNAPSHOT), entries.time(CHECKED), entries.text(FINGERPRINT));
            }
            case STREAMING -> {
                entries.expect(MODE, "queue", mode);
                yield window(entries, source);
            }
            case FOLLOWING -> {
                entries.expect(MODE, "incremental", mode);
                yield FollowingEntries.read(entries, source);
            }
            default -> {
                entries.fault(STATE, "one of copying, copied, streaming, following");
                yield new TableOffset.Copying(source, mode, "");
            }
        };
        if (entries.has(RUN)) {
            entries.oneOf(RUN, NOW);
        }
        entries.finish();
        return offset;
    }

    /** Whether a map stands between two changes of one window of mode queue, rather than at its end. */
    public static boolean isWithinWindow(Map<String, ?> map) {
        return map.containsKey(TO);
    }

    /** Whether the map asks to run the table at once. */
    public static boolean asksToRun(Map<String, ?> map) {
        return map.containsKey(RUN);
    }

    /** Whether a map of mode incremental asks to read once all rows that are there. */
    public static boolean asksToDrain(Map<String, ?> map) {
        return map.containsKey(DRAIN);
    }

    /** The range that a map of mode incremental asks to read again. */
    public static Optional<RepullRange> repullRange(Map<String, ?> map) {
        if (!map.containsKey(REPULL_FROM) && !map.containsKey(REPULL_TO)) {
            return Optional.empty();
        }
        return Optional.of(new RepullRange(textOrEmpty(map, REPULL_FROM), textOrEmpty(map, REPULL_TO)));
    }

    /** The requests of mode incremental in a map, as they stand there. */
    public static Map<String, Object> incrementalRequests(Map<String, ?> map) {
        Map<String, Object> requests = new LinkedHashMap<>();
        for (String key : List.of(REPULL_FROM, REPULL_TO, DRAIN)) {
            if (map.containsKey(key)) {
                requests.put(key, map.get(key));
            }
        }
        return requests;
    }

    private static String textOrEmpty(Map<String, ?> map, String key) {
        return map.containsKey(key) ? String.valueOf(map.get(key)) : "";
    }

    private static TableOffset window(OffsetEntries entries, SourceIdentity source) {
        String from = entries.snapshot(FROM);
        String to = entries.has(TO) ? entries.snapshot(TO) : from;
        long lastId = entries.has(LAST_ID) ? entries.number(LAST_ID) : 0;
        return new TableOffset.Window(source, from, to, lastId, entries.text(STRUCTURE));
    }
}
