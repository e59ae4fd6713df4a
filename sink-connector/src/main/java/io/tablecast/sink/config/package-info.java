// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

/** The sink's settings: their definition, their checks that need no database, and their typed form. */
package io.tablecast.sink.config;
