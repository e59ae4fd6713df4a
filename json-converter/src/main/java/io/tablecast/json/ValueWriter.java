// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.json;

/** Writes the values of one schema. Immutable and thread-safe. */
interface ValueWriter {

    /**
     * Writes a value that is not null. A value of another class than the schema says ends in a ClassCastException.
     *
     * @throws UnusualValueException when Kafka's converter must decide
     */
    void write(JsonOutput out, Object value) throws UnusualValueException;
}
