// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TablecastVersionTest {

    @Test
    void versionIsTheOneOfTheBuild() {
        assertThat(TablecastVersion.version()).isEqualTo(System.getProperty("tablecast.version"));
    }
}
