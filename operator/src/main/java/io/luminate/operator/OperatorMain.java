// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.luminate.operator.config.OperatorConfig;
import io.luminate.operator.config.OperatorConfigException;
import io.luminate.operator.management.ManagementServer;
import io.luminate.operator.management.OperatorMetrics;
import io.luminate.operator.reconcile.RunningOperator;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operator's process. All that it is told comes from its environment. */
public final class OperatorMain {
  private static final Logger LOG = LoggerFactory.getLogger(OperatorMain.class);

  /** Kubernetes is asked again soon anyway. */
  private static final int REQUEST_TIMEOUT_MILLIS = 10_000;

  private static final int REQUEST_RETRIES = 2;

  /**
   * Before a watch is tried again, doubled with each time up to 32 times that: 8 s, in which what a
   * person changes once a definition or the API server is back is not seen.
   */
  private static final int WATCH_AGAIN_MILLIS = 250;

  private OperatorMain() {}

  public static void main(String[] arguments) {
    try {
      OperatorConfig config = OperatorConfig.of(System.getenv());
      OperatorConfig.unknown(System.getenv())
          .forEach(name -> LOG.warn("{} is no variable of the operator's, and is ignored", name));
      run(config);
    } catch (OperatorConfigException e) {
      end("The operator cannot start:\n" + e.getMessage());
    } catch (IOException e) {
      end("The operator cannot listen: " + e.getMessage());
    }
  }

  /** It is on stderr, from where it gets into the pod's status. */
  private static void end(String why) {
    System.err.println(why);
    System.exit(1);
  }

  private static void run(OperatorConfig config) throws IOException {
    KubernetesClient kubernetes = new KubernetesClientBuilder().withConfig(client(config)).build();
    OperatorMetrics metrics = new OperatorMetrics();
    // At once: what another operator may do now, this one must not.
    RunningOperator operator =
        new RunningOperator(
            kubernetes,
            config,
            metrics,
            InstantSource.system(),
            () -> Runtime.getRuntime().halt(1));
    ManagementServer management =
        new ManagementServer(
            new InetSocketAddress(config.managementHost(), config.managementPort()),
            operator,
            metrics.registry());
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  operator.close();
                  management.close();
                  kubernetes.close();
                  LOG.info("ended");
                }));
    operator.start();
  }

  /**
   * Over one connection of HTTP/2 an API server answers some hundred questions at a time, which is
   * less than the watches that many namespaces have, each of many kinds.
   */
  private static Config client(OperatorConfig config) {
    return new ConfigBuilder(Config.autoConfigure(null))
        .withRequestTimeout(REQUEST_TIMEOUT_MILLIS)
        .withRequestRetryBackoffLimit(REQUEST_RETRIES)
        .withWatchReconnectInterval(WATCH_AGAIN_MILLIS)
        .withHttp2Disable(config.watched().size() > 1)
        .build();
  }
}
