// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.metadata;

import static java.util.Objects.requireNonNull;

import io.tablecast.sink.postgres.Identifiers;
import java.util.List;

/** Names in the metadata schema, quoted for SQL. */
public record MetadataSchema(String name) {

    /** All tables, views and sequences of the metadata. */
    static final List<String> RELATIONS = List.of(
            "sink_version",
            "sink_offset",
            "sink_epoch",
            "table_state",
            "staged_load",
            "run_log",
            "record_error",
            "table_structure",
            "table_lag",
            "run_history",
            "failure");

    public MetadataSchema {
        requireNonNull(name, "name is null");
    }

    /** The schema itself. */
    public String quoted() {
        return Identifiers.quote(name);
    }

    /** How far each partition has been written, and who may write on. */
    public String sinkOffset() {
        return of("sink_offset");
    }

    /** The sequence that epochs come from. */
    public String sinkEpoch() {
        return of("sink_epoch");
    }

    /** One row for each destination table: whose it is, and its state. */
    public String tableState() {
        return of("table_state");
    }

    /** Loads that are staged over many transactions, and how far they are. */
    public String stagedLoad() {
        return of("staged_load");
    }

    /** What was loaded and switched, when, and how long it took. */
    public String runLog() {
        return of("run_log");
    }

    /** Records that the destination refused. */
    public String recordError() {
        return of("record_error");
    }

    /** The source's structure of each table, as its last snapshot told it. */
    public String tableStructure() {
        return of("table_structure");
    }

    String sinkVersion() {
        return of("sink_version");
    }

    private String of(String object) {
        return quoted() + "." + Identifiers.quote(object);
    }
}
