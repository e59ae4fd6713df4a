// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import io.tablecast.testing.Database;
import java.util.Map;

/** A pair of connectors that copies {@link OrdersTable} and keeps the copy up to date. */
interface Pipeline {
    String name();

    /** The source connector's configuration. */
    Map<String, String> source(Run run);

    /** The sink connector's configuration. */
    Map<String, String> sink(Run run);

    /** The copy, its name as in SQL. */
    String destinationTable();

    /** Takes away what deleted connectors leave behind outside of the run's databases. */
    void cleanUp(Run run);

    /**
     * One measurement; no two share a database, a topic or a connector.
     *
     * @param id a name for connectors and the prefix of topics, letters and digits only
     */
    record Run(String id, Database source, Database destination) {
        String topic() {
            return id + "." + OrdersTable.NAME;
        }

        String sourceConnector() {
            return id + "-source";
        }

        String sinkConnector() {
            return id + "-sink";
        }
    }
}
