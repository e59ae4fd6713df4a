// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

/** What becomes of failures: retried, the record rejected, or the task stopped. */
package io.tablecast.sink.error;
