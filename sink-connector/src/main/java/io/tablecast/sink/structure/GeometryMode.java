// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

/** The setting {@code geometry.mode}: what a column of geometries becomes. */
public enum GeometryMode {
    /** PostGIS's type where the destination has it, else {@link #TEXT}. */
    AUTO,
    /** Extended well-known binary in hexadecimal digits, as PostGIS shows and reads it. */
    TEXT,
    /** Extended well-known binary as bytea. */
    WKB
}
