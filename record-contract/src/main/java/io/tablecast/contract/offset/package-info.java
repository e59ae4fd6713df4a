// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * Source offsets: one source partition per table, and what is stored for it. The maps are flat and hold only texts and
 * numbers, because Connect refuses anything else.
 */
package io.tablecast.contract.offset;
