// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

/** Offsets in the destination: claimed with an epoch, moved in the transaction that writes the rows. */
package io.tablecast.sink.offset;
