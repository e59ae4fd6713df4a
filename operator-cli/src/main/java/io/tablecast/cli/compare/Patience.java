// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.compare;

import java.time.Duration;

/**
 * How long to look again, and how much to look at.
 *
 * @param settling for how long rows that differ may still be on their way
 * @param pause between two looks
 * @param suspects how many rows are looked at again at a time
 * @param shown how many differences are told
 */
public record Patience(Duration settling, Duration pause, int suspects, int shown) {}
