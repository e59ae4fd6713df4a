// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.table.TableId;
import io.tablecast.sink.metadata.SourceTable;
import java.util.Optional;

/**
 * A snapshot that has begun, for which a table is to be made ready.
 *
 * @param table the destination
 * @param source the table that is copied
 * @param announced how the columns of the table that stays meanwhile follow the source's, as the snapshot's begin tells it
 */
public record LoadRequest(TableId table, SourceTable source, Optional<Change.Restructure> announced) {

    public LoadRequest {
        requireNonNull(table, "table is null");
        requireNonNull(source, "source is null");
        requireNonNull(announced, "announced is null");
    }
}
