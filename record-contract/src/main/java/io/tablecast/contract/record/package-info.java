// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * What crosses a topic: Debezium's change event format, and Tablecast's additions to it (snapshot markers and schema
 * changes in headers, snapshot ordinals in {@code source.sequence}). Writers and readers of each part stand together.
 */
package io.tablecast.contract.record;
