// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

/** The source connectors as Connect loads them. */
package io.tablecast.source;
