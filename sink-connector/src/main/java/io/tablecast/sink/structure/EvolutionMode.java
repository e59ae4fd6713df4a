// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

/** The setting {@code schema.evolution}: what may be done to an existing table when the source's columns change. */
public enum EvolutionMode {
    /** Nothing: a record with an unknown column is an error. */
    NONE,
    /** What loses nothing and rewrites nothing: columns are added, and lose NOT NULL where the source did. */
    BASIC,
    /** The same changes as at the source: columns are also renamed, retyped and, if asked, dropped. */
    FULL
}
