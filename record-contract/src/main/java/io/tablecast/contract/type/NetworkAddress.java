// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import java.util.Arrays;
import java.util.Optional;

/**
 * An {@code inet} or {@code cidr}: an address and how many of its bits name the network.
 *
 * @see <a href="https://www.postgresql.org/docs/current/datatype-net-types.html">Network address types</a>
 */
final class NetworkAddress {

    private static final int IPV4 = 2;
    private static final int IPV6 = 3;
    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;
    private static final int GROUPS = 8;

    private final byte[] address;
    private final int bits;
    private final boolean cidr;

    private NetworkAddress(byte[] address, int bits, boolean cidr) {
        this.address = address;
        this.bits = bits;
        this.cidr = cidr;
    }

    /** Reads the binary form: family, bits, whether it is a cidr, number of bytes, bytes. */
    static NetworkAddress read(byte[] buffer, int offset) {
        int length = buffer[offset + 3];
        byte[] address = Arrays.copyOfRange(buffer, offset + 4, offset + 4 + length);
        return new NetworkAddress(address, buffer[offset + 1] & 0xff, buffer[offset + 2] != 0);
    }

    /** Reads the text that PostgreSQL shows; empty if it is another. */
    static Optional<NetworkAddress> parse(String text, boolean cidr) {
        int slash = text.indexOf('/');
        String host = slash < 0 ? text : text.substring(0, slash);
        byte[] address = host.indexOf(':') < 0 ? ipv4(host) : ipv6(host);
        int bits = slash < 0 ? 8 * address.length : decimal(text.substring(slash + 1), 8 * IPV6_BYTES);
        if (address.length == 0 || bits < 0 || bits > 8 * address.length) {
            return Optional.empty();
        }
        return Optional.of(new NetworkAddress(address, bits, cidr));
    }

    void write(CopyBuffer out) {
        out.writeByte(address.length == IPV4_BYTES ? IPV4 : IPV6);
        out.writeByte(bits);
        out.writeByte(cidr ? 1 : 0);
        out.writeByte(address.length);
        out.writeBytes(address, 0, address.length);
    }

    /** As PostgreSQL shows it: the bits always for a cidr, else only where they are not all. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(48);
        if (address.length == IPV4_BYTES) {
            appendIpv4(text, 0);
        } else {
            appendIpv6(text);
        }
        if (cidr || bits != 8 * address.length) {
            text.append('/').append(bits);
        }
        return text.toString();
    }

    private void appendIpv4(StringBuilder text, int from) {
        for (int i = from; i < from + IPV4_BYTES; i++) {
            text.append(i == from ? "" : ".").append(address[i] & 0xff);
        }
    }

    // The first longest run of at least two zero groups is left out, and addresses that embed one of IPv4 show it.
    private void appendIpv6(StringBuilder text) {
        int runStart = -1;
        int runLength = 1;
        for (int i = 0; i < GROUPS; i++) {
            int length = zeroGroups(i);
            if (length > runLength) {
                runStart = i;
                runLength = length;
            }
        }
        for (int i = 0; i < GROUPS; i++) {
            if (i == runStart) {
                text.append(i + runLength == GROUPS ? "::" : ":");
                i += runLength - 1;
                continue;
            }
            if (i > 0) {
                text.append(':');
            }
            if (i == 6 && runStart == 0 && (runLength == 6 || (runLength == 5 && group(5) == 0xffff))) {
                appendIpv4(text, 12);
                return;
            }
            text.append(Integer.toHexString(group(i)));
        }
    }

    private int zeroGroups(int from) {
        int end = from;
        while (end < GROUPS && group(end) == 0) {
            end++;
        }
        return end - from;
    }

    private int group(int index) {
        return Binary.readShort(address, 2 * index) & 0xffff;
    }

    // An address of no bytes stands for a text that is none.
    private static byte[] ipv4(String text) {
        String[] parts = text.split("\\.", -1);
        byte[] address = new byte[IPV4_BYTES];
        if (parts.length != IPV4_BYTES) {
            return new byte[0];
        }
        for (int i = 0; i < IPV4_BYTES; i++) {
            int value = decimal(parts[i], 255);
            if (value < 0) {
                return new byte[0];
            }
            address[i] = (byte) value;
        }
        return address;
    }

    private static byte[] ipv6(String text) {
        int gap = text.indexOf("::");
        byte[] head = groups(gap < 0 ? text : text.substring(0, gap));
        byte[] tail = groups(gap < 0 ? "" : text.substring(gap + 2));
        int given = head.length + tail.length;
        if (gap < 0 ? given != IPV6_BYTES : given > IPV6_BYTES - 2) {
            return new byte[0];
        }
        byte[] address = Arrays.copyOf(head, IPV6_BYTES);
        System.arraycopy(tail, 0, address, IPV6_BYTES - tail.length, tail.length);
        return address;
    }

    // Too many bytes stand for a text that holds no groups.
    private static byte[] groups(String text) {
        byte[] none = new byte[IPV6_BYTES + 1];
        if (text.isEmpty()) {
            return new byte[0];
        }
        byte[] bytes = new byte[0];
        for (String part : text.split(":", -1)) {
            byte[] value = part.indexOf('.') < 0 ? hexadecimal(part) : ipv4(part);
            if (value.length == 0) {
                return none;
            }
            int end = bytes.length;
            bytes = Arrays.copyOf(bytes, end + value.length);
            System.arraycopy(value, 0, bytes, end, value.length);
        }
        return bytes;
    }

    private static byte[] hexadecimal(String group) {
        if (group.isEmpty() || group.length() > 4) {
            return new byte[0];
        }
        int value = 0;
        for (int i = 0; i < group.length(); i++) {
            int digit = Character.digit(group.charAt(i), 16);
            if (digit < 0) {
                return new byte[0];
            }
            value = (value << 4) | digit;
        }
        return new byte[] {(byte) (value >> 8), (byte) value};
    }

    private static int decimal(String text, int greatest) {
        if (text.isEmpty() || text.length() > 3) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (character < '0' || character > '9') {
                return -1;
            }
            value = value * 10 + (character - '0');
        }
        return value > greatest ? -1 : value;
    }
}
