// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import static java.util.Objects.requireNonNull;

import io.tablecast.sink.metadata.TableStates;
import java.util.List;

/**
 * A flush that is committed in the destination.
 *
 * @param rejections records that were put aside
 */
public record Written(Flush flush, List<TableStates.Applied> tables, List<Rejection> rejections) {
    public Written {
        requireNonNull(flush, "flush is null");
        tables = List.copyOf(tables);
        rejections = List.copyOf(rejections);
    }
}
