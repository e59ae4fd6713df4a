// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

/** Mode {@code incremental}: after a first copy, the rows whose control column has moved on. */
package io.tablecast.source.incremental;
