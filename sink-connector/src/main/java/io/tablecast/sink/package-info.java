// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

/** The sink connector as Connect loads it. */
package io.tablecast.sink;
