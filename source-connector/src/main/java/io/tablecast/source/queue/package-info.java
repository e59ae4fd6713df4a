// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * Mode {@code queue}: triggers write the keys of changed rows to a queue table beside the source table, and a reader
 * sends the rows as they are now, window after window between two snapshots.
 */
package io.tablecast.source.queue;
