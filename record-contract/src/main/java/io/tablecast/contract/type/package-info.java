// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * Semantic types: PostgreSQL's binary formats on one side, Kafka Connect values on the other, the read and the write side
 * of a type together. Sources compile a {@link io.tablecast.contract.type.ColumnReader} per column, sinks a {@link
 * io.tablecast.contract.type.ColumnWriter}; nothing here talks to a database.
 */
package io.tablecast.contract.type;
