// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e.faults;

/**
 * Something that goes wrong for a while.
 *
 * @param name what a person reads, with the thing that it befalls
 * @param begin breaks it, and returns when it is broken
 * @param end makes the outside whole again; connectors have to recover by themselves
 */
record Fault(String name, Action begin, Action end) {

    /** A fault that is over at once. */
    static Fault brief(String name, Action action) {
        return new Fault(name, action, () -> {});
    }

    interface Action {
        void run() throws Exception;
    }
}
