// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.json;

/** Reads the values of one schema. Thread-safe. */
interface ValueReader {

    /**
     * Reads a value. A value of another form may end in a RuntimeException too.
     *
     * @param in stands before the value, which is not null; stands behind it afterwards
     * @throws UnusualValueException when Kafka's converter must decide
     */
    Object read(JsonInput in) throws UnusualValueException;
}
