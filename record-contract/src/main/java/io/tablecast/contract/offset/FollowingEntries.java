// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.offset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The entries of an offset of mode {@code incremental}, and of the requests beside it. */
final class FollowingEntries {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<List<String>> TEXTS = new TypeReference<>() {};
    private static final String ONCE = "once";

    private FollowingEntries() {}

    static void put(TableOffset.Following following, Map<String, Object> map) {
        ControlPosition position = following.position();
        map.put(OffsetCodec.CONTROL_COLUMN, following.column());
        map.put(OffsetCodec.CONTROL_TYPE, following.type().offsetName());
        switch (position.kind()) {
            case BEGINNING -> {}
            case FROM -> map.put(OffsetCodec.CONTROL_FROM, position.control());
            case AFTER -> map.put(OffsetCodec.CONTROL_AFTER, position.control());
            case AFTER_ROW -> {
                map.put(OffsetCodec.CONTROL_AFTER, position.control());
                map.put(OffsetCodec.KEY_AFTER, json(position.key()));
            }
        }
        map.put(OffsetCodec.COLUMNS, following.columns());
        map.put(OffsetCodec.SELECTION, following.selection());
        map.put(OffsetCodec.STRUCTURE, following.structure());
    }

    static TableOffset.Following read(OffsetEntries entries, SourceIdentity source) {
        String typeName = entries.oneOf(
                OffsetCodec.CONTROL_TYPE,
                Arrays.stream(ControlType.values()).map(ControlType::offsetName).toArray(String[]::new));
        ControlType type = Arrays.stream(ControlType.values())
                .filter(candidate -> candidate.offsetName().equals(typeName))
                .findFirst()
                .orElse(ControlType.INTEGER);
        TableOffset.Following following = new TableOffset.Following(
                source,
                entries.text(OffsetCodec.CONTROL_COLUMN),
                type,
                position(entries),
                entries.text(OffsetCodec.COLUMNS),
                entries.text(OffsetCodec.SELECTION),
                entries.text(OffsetCodec.STRUCTURE));
        checkRequests(entries, type);
        return following;
    }

    private static ControlPosition position(OffsetEntries entries) {
        if (entries.has(OffsetCodec.CONTROL_FROM)) {
            if (entries.has(OffsetCodec.CONTROL_AFTER)) {
                entries.fault(OffsetCodec.CONTROL_FROM, "left out beside " + OffsetCodec.CONTROL_AFTER);
            }
            return ControlPosition.from(entries.text(OffsetCodec.CONTROL_FROM));
        }
        if (entries.has(OffsetCodec.KEY_AFTER)) {
            return ControlPosition.afterRow(entries.text(OffsetCodec.CONTROL_AFTER), key(entries));
        }
        return entries.has(OffsetCodec.CONTROL_AFTER)
                ? ControlPosition.after(entries.text(OffsetCodec.CONTROL_AFTER))
                : ControlPosition.beginning();
    }

    private static List<String> key(OffsetEntries entries) {
        try {
            return List.copyOf(JSON.readValue(entries.text(OffsetCodec.KEY_AFTER), TEXTS));
        } catch (JsonProcessingException | NullPointerException e) {
            entries.fault(OffsetCodec.KEY_AFTER, "a JSON array of texts such as [\"4711\"]");
            return List.of();
        }
    }

    private static void checkRequests(OffsetEntries entries, ControlType type) {
        if (entries.has(OffsetCodec.DRAIN)) {
            entries.oneOf(OffsetCodec.DRAIN, ONCE);
        }
        boolean isFromRead = isValue(entries, OffsetCodec.REPULL_FROM, type);
        boolean isToRead = isValue(entries, OffsetCodec.REPULL_TO, type);
        if (isFromRead
                && isToRead
                && type.compare(entries.scalar(OffsetCodec.REPULL_FROM), entries.scalar(OffsetCodec.REPULL_TO)) >= 0) {
            entries.fault(OffsetCodec.REPULL_TO, "greater than " + OffsetCodec.REPULL_FROM);
        }
    }

    /** Whether the request is there and a value of the control column. */
    private static boolean isValue(OffsetEntries entries, String key, ControlType type) {
        if (!entries.has(key)) {
            return false;
        }
        if (type.reads(entries.scalar(key))) {
            return true;
        }
        entries.fault(key, type.description());
        return false;
    }

    private static String json(List<String> texts) {
        try {
            return JSON.writeValueAsString(texts);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("Cannot write " + texts + " as JSON", impossible);
        }
    }
}
