// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.status;

/**
 * From when on a lag is worth a word.
 *
 * @param warning seconds
 * @param critical seconds
 */
public record Thresholds(double warning, double critical) {

    Level of(double lagSeconds) {
        if (lagSeconds >= critical) {
            return Level.CRITICAL;
        }
        return lagSeconds >= warning ? Level.WARNING : Level.OK;
    }
}
