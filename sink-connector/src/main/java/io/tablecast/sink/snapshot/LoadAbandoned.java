// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

/** The load was closed before its end; it is rolled back, which is no failure. */
final class LoadAbandoned extends RuntimeException {

    private static final long serialVersionUID = 1L;

    LoadAbandoned() {
        super("the load was closed");
    }
}
