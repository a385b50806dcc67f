// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.proxy;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Listens on the address and port of every service that has an endpoint, and leads each connection
 * to the next of them. Without one the port is closed: connections are refused.
 */
public final class ServiceProxy implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(ServiceProxy.class.getName());

  private final SharedIndexInformer<Service> services;
  private final SharedIndexInformer<EndpointSlice> slices;
  private final Consumer<Map<String, String>> names;

  /** Guarded by this object's monitor, as is every look at all there is. */
  private final Map<InetSocketAddress, Listener> listeners = new HashMap<>();

  private ServiceProxy(KubernetesClient client, Consumer<Map<String, String>> names) {
    this.names = names;
    services = client.services().inAnyNamespace().runnableInformer(0);
    slices = client.discovery().v1().endpointSlices().inAnyNamespace().runnableInformer(0);
    services.addEventHandler(new Again<>());
    slices.addEventHandler(new Again<>());
    services.run();
    slices.run();
    follow();
  }

  /**
   * Starts it.
   *
   * @param names is told the names of services and of their pods, with the address of each
   */
  public static ServiceProxy start(KubernetesClient client, Consumer<Map<String, String>> names) {
    return new ServiceProxy(client, names);
  }

  private final class Again<T extends HasMetadata> implements ResourceEventHandler<T> {
    @Override
    public void onAdd(T object) {
      follow();
    }

    @Override
    public void onUpdate(T before, T object) {
      follow();
    }

    @Override
    public void onDelete(T object, boolean finalStateUnknown) {
      follow();
    }
  }

  /** Compares all there should be with all there is: clusters under test are small. */
  private synchronized void follow() {
    List<Service> all = services.getStore().list();
    List<EndpointSlice> endpoints = slices.getStore().list();
    Set<InetSocketAddress> wanted = new HashSet<>();
    for (Service service : all) {
      if (!ServiceNames.isHeadless(service)) {
        for (ServicePort port : service.getSpec().getPorts()) {
          List<InetSocketAddress> backends = Backends.of(service, port, endpoints);
          InetSocketAddress address =
              new InetSocketAddress(service.getSpec().getClusterIP(), port.getPort());
          if (!backends.isEmpty() && isTcp(port)) {
            wanted.add(address);
            lead(address, backends);
          }
        }
      }
    }
    closeOthers(wanted);
    names.accept(ServiceNames.of(all, endpoints));
  }

  private static boolean isTcp(ServicePort port) {
    return "TCP".equals(Objects.requireNonNullElse(port.getProtocol(), "TCP"));
  }

  private void lead(InetSocketAddress address, List<InetSocketAddress> backends) {
    try {
      Listener listener = listeners.get(address);
      if (listener == null) {
        listener = Listener.open(address);
        listeners.put(address, listener);
      }
      listener.setBackends(backends);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "Cannot serve " + address, e);
    }
  }

  private void closeOthers(Set<InetSocketAddress> wanted) {
    listeners
        .entrySet()
        .removeIf(
            entry -> {
              boolean gone = !wanted.contains(entry.getKey());
              if (gone) {
                entry.getValue().close();
              }
              return gone;
            });
  }

  @Override
  public synchronized void close() {
    services.close();
    slices.close();
    closeOthers(Set.of());
  }
}
