// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

/** Connections to the destination, and its SQL names. */
package io.tablecast.sink.postgres;
