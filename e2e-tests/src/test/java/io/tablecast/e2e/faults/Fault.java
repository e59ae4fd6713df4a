// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e.faults;

/**
 * Something that goes wrong for a while.
 *
 * @param name what a person reads, with the thing that it befalls
 * @param begin breaks it, and returns when it is broken
 * @param end makes the outside whole again; connectors have to recover by themselves
 * @param repair what the manual tells people to do when all is calm again, where that is promised to no connector
 */
record Fault(String name, Action begin, Action end, Action repair) {

    /** A fault that connectors recover from by themselves. */
    Fault(String name, Action begin, Action end) {
        this(name, begin, end, () -> {});
    }

    /** A fault that is over at once. */
    static Fault brief(String name, Action action) {
        return new Fault(name, action, () -> {});
    }

    interface Action {
        void run() throws Exception;
    }
}
