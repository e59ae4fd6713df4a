// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0
/** The source's settings: their definition, and the typed records that the rest of the source is given. */
package io.tablecast.source.config;
