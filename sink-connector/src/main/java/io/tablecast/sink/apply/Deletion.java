// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.record.SourceInfo;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.connect.data.Struct;

/**
 * What a record tells of rows that it deletes.
 *
 * @param source where the change happened
 * @param recordTime when the record was written, for records that do not tell when the change happened
 * @param fullRow the whole old row, if the record has it
 */
public record Deletion(SourceInfo source, Instant recordTime, Optional<Struct> fullRow) {

    public Deletion {
        requireNonNull(source, "source is null");
        requireNonNull(recordTime, "recordTime is null");
        requireNonNull(fullRow, "fullRow is null");
    }

    /** When the rows were deleted. */
    Instant time() {
        return source.time().orElse(recordTime);
    }

    /** The same as ISO 8601 text. */
    String timeText() {
        return time().toString();
    }

    /** What tells this deletion from others of the same row, and is the same if the source sends it again. */
    String position(Origin origin) {
        return source.position().orElseGet(origin::text);
    }
}
