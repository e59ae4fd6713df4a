// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.record;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * A row's place in its snapshot, as it stands in {@code source.sequence}: {@code ["tc:<snapshot id>","<ordinal>"]}. A
 * producer that sends again repeats ordinals, so that the sink can tell repeats from rows.
 *
 * @param ordinal counts from 1
 */
public record SnapshotOrdinal(String snapshotId, long ordinal) {

    private static final String OPENING = "[\"tc:";
    private static final String BETWEEN = "\",\"";
    private static final String CLOSING = "\"]";

    public SnapshotOrdinal {
        requireNonNull(snapshotId, "snapshotId is null");
    }

    /** The text for {@code source.sequence}. */
    public String sequence() {
        return OPENING + snapshotId + BETWEEN + ordinal + CLOSING;
    }

    /** Reads {@code source.sequence}; empty when it is not of this form (rows of other sources, and changes). */
    public static Optional<SnapshotOrdinal> ofSequence(String sequence) {
        if (!sequence.startsWith(OPENING) || !sequence.endsWith(CLOSING)) {
            return Optional.empty();
        }
        int between = sequence.lastIndexOf(BETWEEN);
        if (between < OPENING.length()) {
            return Optional.empty();
        }
        try {
            long ordinal =
                    Long.parseLong(sequence, between + BETWEEN.length(), sequence.length() - CLOSING.length(), 10);
            return Optional.of(new SnapshotOrdinal(sequence.substring(OPENING.length(), between), ordinal));
        } catch (NumberFormatException notOurs) {
            return Optional.empty();
        }
    }
}
