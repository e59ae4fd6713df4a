// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.json;

/**
 * What the converter's settings say about single values.
 *
 * @param replacesNulls {@code replace.null.with.default}
 * @param writesNumericDecimals whether {@code decimal.format} is {@code NUMERIC}
 */
record Formats(boolean replacesNulls, boolean writesNumericDecimals) {}
