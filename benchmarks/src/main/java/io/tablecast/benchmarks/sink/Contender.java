// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.sink;

import io.tablecast.testing.Database;
import java.nio.file.Path;
import java.util.Map;

/** A sink connector that is measured. */
interface Contender {
    /** For people. */
    String name();

    /** Settings but for topic and converters. */
    Map<String, String> settings(Place place);

    /** How far it is: reads until closed. */
    Progress progress(Place place);

    /** What may be written to in one run. */
    record Place(Database database, Path file) {}

    /** Tells whether records have arrived. */
    interface Progress extends AutoCloseable {
        /** Whether the record of that number is there, and so all before it. */
        boolean has(long number);

        @Override
        void close();
    }
}
