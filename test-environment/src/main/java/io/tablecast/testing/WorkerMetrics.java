// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.util.List;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** What a worker shows over JMX. */
public final class WorkerMetrics implements AutoCloseable {
    private final JMXConnector connector;
    private final MBeanServerConnection beans;

    private WorkerMetrics(JMXConnector connector, MBeanServerConnection beans) {
        this.connector = connector;
        this.beans = beans;
    }

    @SuppressWarnings("BanJNDI") // The answer comes from a worker that we started on this machine.
    static WorkerMetrics at(String host, int port) {
        String url = "service:jmx:rmi:///jndi/rmi://" + host + ":" + port + "/jmxrmi";
        try {
            JMXConnector connector = JMXConnectorFactory.connect(new JMXServiceURL(url));
            return new WorkerMetrics(connector, connector.getMBeanServerConnection());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read metrics at " + url, e);
        }
    }

    /**
     * The beans that match a pattern, sorted by name.
     *
     * @param pattern such as {@code kafka.connect:type=plugins,*}
     */
    public List<ObjectName> names(String pattern) {
        try {
            return beans.queryNames(new ObjectName(pattern), null).stream()
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot list metrics " + pattern, e);
        } catch (MalformedObjectNameException e) {
            throw new IllegalArgumentException("Not a pattern of JMX names: " + pattern, e);
        }
    }

    /** The attributes of a bean, sorted. */
    public List<String> attributes(ObjectName name) {
        try {
            return List.of(beans.getMBeanInfo(name).getAttributes()).stream()
                    .map(attribute -> attribute.getName())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the attributes of " + name, e);
        } catch (JMException e) {
            throw new IllegalStateException("Cannot read the attributes of " + name, e);
        }
    }

    /** The value of an attribute: a number or a text. */
    public Object value(ObjectName name, String attribute) {
        try {
            return beans.getAttribute(name, attribute);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + attribute + " of " + name, e);
        } catch (JMException e) {
            throw new IllegalStateException("Cannot read " + attribute + " of " + name, e);
        }
    }

    /** Has the worker collect its garbage, so that what it still holds can be told. */
    public void collectGarbage() {
        try {
            beans.invoke(new ObjectName(ManagementFactory.MEMORY_MXBEAN_NAME), "gc", new Object[0], new String[0]);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot have the worker collect its garbage", e);
        } catch (JMException e) {
            throw new IllegalStateException("Cannot have the worker collect its garbage", e);
        }
    }

    @Override
    public void close() {
        try {
            connector.close();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot close the connection to the worker's metrics", e);
        }
    }
}
