// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.missing;

import io.tablecast.contract.table.TableId;

/**
 * Something that is not replicated, or not as it is at the source.
 *
 * @param source the connector's name
 * @param what for people
 */
public record Gap(String source, TableId table, String what) {}
