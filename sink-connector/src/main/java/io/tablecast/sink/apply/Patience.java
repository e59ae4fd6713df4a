// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

/** Whether a flush that does not fit may wait for records that make it fit: a parent row, or the other half of a swap. */
public enum Patience {
    MAY_WAIT,
    /** What does not fit is refused. */
    NO_MORE
}
