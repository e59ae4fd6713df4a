// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.pipeline;

import io.tablecast.contract.table.TableStructure;
import org.apache.kafka.connect.data.Schema;

/**
 * What a source table looks like.
 *
 * @param row the schema of its rows in records
 */
public record SourceShape(TableStructure structure, Schema row) {

    /** Whether types are those of PostgreSQL. */
    public boolean isOfPostgres() {
        return structure.database() == TableStructure.DatabaseKind.POSTGRESQL;
    }
}
