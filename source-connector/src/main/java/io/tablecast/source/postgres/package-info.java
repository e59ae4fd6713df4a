// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0
/** Reading PostgreSQL: connections, the catalog, binary COPY, and the locks that keep two tasks from one table. */
package io.tablecast.source.postgres;
