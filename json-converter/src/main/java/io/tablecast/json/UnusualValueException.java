// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.json;

/** What the fast way does not take on; Kafka's converter then decides, and words the error if it is one. */
final class UnusualValueException extends Exception {

    private static final long serialVersionUID = 1L;

    UnusualValueException() {
        // Thrown for every such record and never shown: a stack trace would only cost.
        super("not taken on", null, false, false);
    }
}
