// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.json;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;

/** Reads the values of one schema. Thread-safe. */
interface ValueReader {

    /**
     * Reads a value.
     *
     * @param parser stands on the value's first token, which is not null; stands on its last one afterwards
     * @throws UnusualValueException when Kafka's converter must decide
     */
    Object read(JsonParser parser) throws IOException, UnusualValueException;
}
