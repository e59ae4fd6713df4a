// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.compare;

/**
 * A row that is not the same on both sides.
 *
 * @param row what a person recognises it by
 * @param isMoving whether it was still changing when it was last looked at
 */
public record Difference(Kind kind, String row, boolean isMoving) {

    /** What is wrong with it. */
    public enum Kind {
        /** The destination does not have it. */
        MISSING,
        /** Only the destination has it. */
        EXTRA,
        /** Both have it, with other values. */
        DIFFERENT
    }
}
