// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.config;

/** Who makes queue tables and triggers ({@code queue.setup}). */
public enum QueueSetupMode {
    /** The connector. */
    AUTO,
    /** A database administrator, beforehand. */
    MANUAL
}
