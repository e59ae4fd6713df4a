// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.pipeline;

import io.tablecast.contract.table.TableId;

/** A table on its way from a source to a sink. */
public record Route(PipelineSource source, CapturedTable table, PipelineSink sink) {

    /** The destination table. */
    public TableId destination() {
        return sink.destination(table);
    }
}
