// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.incremental;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.offset.ControlPosition;
import io.tablecast.contract.offset.OffsetCodec;
import io.tablecast.contract.offset.TableOffset;
import java.util.LinkedHashMap;
import java.util.Map;

/** How far a table's records are handed on, as offsets tell it. Used by one thread at a time. */
public final class SentPosition {

    private final Map<String, Object> requests;
    private TableOffset.Following following;

    /** @param requests what offsets carry beside the position until it is done */
    public SentPosition(TableOffset.Following following, Map<String, Object> requests) {
        this.following = requireNonNull(following, "following is null");
        this.requests = Map.copyOf(requests);
    }

    TableOffset.Following following() {
        return following;
    }

    public ControlPosition position() {
        return following.position();
    }

    /** The same place, with records of the table as it is now from here on. */
    SentPosition withStructure(String columns, String structure) {
        return new SentPosition(
                new TableOffset.Following(
                        following.source(),
                        following.column(),
                        following.type(),
                        following.position(),
                        columns,
                        following.selection(),
                        structure),
                requests);
    }

    /** What was asked for is done. */
    SentPosition withoutRequests() {
        return new SentPosition(following, Map.of());
    }

    /** The offset of a record. */
    Map<String, Object> offsetAt(ControlPosition position) {
        return withRequests(following.at(position));
    }

    /** The offset of the last record. */
    public Map<String, Object> offset() {
        return withRequests(following);
    }

    /** Records up to a position are handed on. */
    void moved(ControlPosition position) {
        following = following.at(position);
    }

    private Map<String, Object> withRequests(TableOffset.Following at) {
        Map<String, Object> map = OffsetCodec.encode(at);
        if (requests.isEmpty()) {
            return map;
        }
        Map<String, Object> both = new LinkedHashMap<>(map);
        both.putAll(requests);
        return both;
    }
}
