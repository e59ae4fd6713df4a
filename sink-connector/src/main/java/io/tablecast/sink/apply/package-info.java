// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * Writes changes to tables: gathered over many records, reduced to the last state of each key, staged by COPY and merged
 * in one transaction with the offsets.
 */
package io.tablecast.sink.apply;
