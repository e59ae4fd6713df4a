// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ConnectOptionsTest {

    @Test
    void passwordInAnAddressIsRefusedAndNotShown() {
        CommandRun user = status("http://operator:hush@localhost:1/");
        CommandRun noAddress = status("connect://operator:hush@localhost:1/");

        assertThat(user.exitCode()).isEqualTo(2);
        assertThat(user.err())
                .startsWith("The address of the Connect worker holds a user. Leave it out, say --connect-user, and set"
                        + " TABLECAST_CONNECT_PASSWORD.\n")
                .doesNotContain("hush");
        assertThat(noAddress.err())
                .startsWith("\"connect://[hidden]@localhost:1/\" is not the address of a Connect worker, such as"
                        + " http://localhost:8083.\n")
                .doesNotContain("hush");
    }

    private static CommandRun status(String url) {
        return CommandRun.of(new KnownConnectors(List.of()), "status", "--url", url);
    }
}
