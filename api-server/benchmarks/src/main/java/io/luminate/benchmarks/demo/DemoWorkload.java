// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.demo;

import io.luminate.benchmarks.load.Mix;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;

/**
 * A service with 100 000 customers, as it would report on itself: a daily rhythm, a few customers
 * that make a third of the noise, and every now and then a region that is slow and failing. The
 * same seed and the same clock give the same points.
 */
final class DemoWorkload {
  static final int CUSTOMERS = 100_000;
  private static final int NOISY_CUSTOMERS = 40;
  private static final double NOISY_SHARE = 0.3;

  /** One request in five also reports its customer's counter. */
  private static final double COUNTER_SHARE = 0.2;

  private static final int HOSTS = 200;
  private static final int HOSTS_PER_BATCH = 20;
  private static final long DAY_MILLIS = 86_400_000;

  /** An incident begins somewhere in every stretch of ten minutes and lasts for 90 s. */
  private static final long INCIDENT_EVERY_MILLIS = 600_000;

  private static final long INCIDENT_MILLIS = 90_000;
  private static final double INCIDENT_SLOWNESS = 6;
  private static final double INCIDENT_ERRORS = 0.3;
  private static final double USUAL_ERRORS = 0.005;

  static final List<String> REGIONS =
      List.of("us-east-1", "us-west-2", "eu-west-1", "eu-central-1", "ap-south-1");
  private static final List<String> TIERS = List.of("free", "pro", "business", "enterprise");

  private final long seed;
  private final Random random;
  private final long[] requests = new long[CUSTOMERS];
  private final Endpoint[] endpoints = Endpoint.values();

  DemoWorkload(long seed) {
    this.seed = seed;
    this.random = new Random(seed);
    for (int customer = 0; customer < CUSTOMERS; customer++) {
      requests[customer] = Mix.below(Mix.mix(seed, customer, 1), 100_000);
    }
  }

  private enum Endpoint {
    USERS("/users", 25),
    ORDERS("/orders", 60),
    SEARCH("/search", 140),
    CHECKOUT("/checkout", 220),
    REPORTS("/reports", 700);

    private final String path;
    private final double medianMillis;

    Endpoint(String path, double medianMillis) {
      this.path = path;
      this.medianMillis = medianMillis;
    }
  }

  /** Between 0.35 at four in the morning and 1 at four in the afternoon, UTC. */
  static double rhythm(long nowMillis) {
    double day = (double) Math.floorMod(nowMillis, DAY_MILLIS) / DAY_MILLIS;
    return 0.675 - 0.325 * Math.cos(2 * Math.PI * (day - 1.0 / 6));
  }

  /** The region that has an incident just now. */
  Optional<String> incident(long nowMillis) {
    long stretch = Math.floorDiv(nowMillis, INCIDENT_EVERY_MILLIS);
    long drawn = Mix.mix(seed, stretch, 2);
    long begin =
        stretch * INCIDENT_EVERY_MILLIS
            + Mix.below(drawn, (int) (INCIDENT_EVERY_MILLIS - INCIDENT_MILLIS));
    boolean on = nowMillis >= begin && nowMillis < begin + INCIDENT_MILLIS;
    return on
        ? Optional.of(REGIONS.get((int) Math.floorMod(drawn, (long) REGIONS.size())))
        : Optional.empty();
  }

  /** A write body with so many points at most, their times within the last second. */
  String batch(long nowMillis, int pointsMax) {
    StringBuilder body = new StringBuilder(pointsMax * 180).append("{\"metrics\":[");
    String failing = incident(nowMillis).orElse("");
    int hosts = Math.min(HOSTS_PER_BATCH, pointsMax / 2);
    for (int i = 0; i < hosts; i++) {
      cpu(body, nowMillis, (int) (((nowMillis / 1_000) * hosts + i) % HOSTS));
    }
    for (int written = hosts; written < pointsMax; ) {
      int customer = customer();
      latency(body, nowMillis, customer, failing);
      written++;
      if (written < pointsMax && random.nextDouble() < COUNTER_SHARE) {
        counter(body, nowMillis, customer);
        written++;
      }
    }
    body.setLength(body.length() - 1);
    return body.append("]}").toString();
  }

  private int customer() {
    if (random.nextDouble() < NOISY_SHARE) {
      return random.nextInt(NOISY_CUSTOMERS) * (CUSTOMERS / NOISY_CUSTOMERS);
    }
    return random.nextInt(CUSTOMERS);
  }

  private String regionOf(int customer) {
    return REGIONS.get(Mix.below(Mix.mix(seed, customer, 3), REGIONS.size()));
  }

  private String tierOf(int customer) {
    int drawn = Mix.below(Mix.mix(seed, customer, 4), 10);
    return TIERS.get(drawn < 6 ? 0 : drawn < 8 ? 1 : drawn - 6);
  }

  private void latency(StringBuilder body, long nowMillis, int customer, String failing) {
    String region = regionOf(customer);
    boolean incident = region.equals(failing);
    boolean error = random.nextDouble() < (incident ? INCIDENT_ERRORS : USUAL_ERRORS);
    Endpoint endpoint = endpoints[random.nextInt(endpoints.length)];
    double millis =
        endpoint.medianMillis
            * Math.exp(0.5 * random.nextGaussian())
            * (incident ? INCIDENT_SLOWNESS : 1);
    requests[customer]++;
    point(body, "api_latency", nowMillis - random.nextInt(1_000), millis);
    dimension(body, "customer_id", "cust_" + customer).append(',');
    dimension(body, "endpoint", endpoint.path).append(',');
    dimension(body, "region", region).append(',');
    dimension(body, "status_code", error ? "500" : "200").append(',');
    dimension(body, "tier", tierOf(customer)).append("}},");
  }

  private void counter(StringBuilder body, long nowMillis, int customer) {
    point(body, "total_requests", nowMillis, requests[customer]);
    dimension(body, "customer_id", "cust_" + customer).append(',');
    dimension(body, "region", regionOf(customer)).append("}},");
  }

  private void cpu(StringBuilder body, long nowMillis, int host) {
    double percent = 20 + 60 * rhythm(nowMillis + host * 60_000L) + 5 * random.nextGaussian();
    point(body, "cpu_usage", nowMillis, Math.clamp(percent, 0, 100));
    int customer = host % NOISY_CUSTOMERS * (CUSTOMERS / NOISY_CUSTOMERS);
    dimension(body, "host", "host-" + host).append(',');
    dimension(body, "customer_id", "cust_" + customer).append("}},");
  }

  private static void point(StringBuilder body, String name, long timestampMillis, double value) {
    body.append("{\"name\":\"")
        .append(name)
        .append("\",\"timestamp\":")
        .append(timestampMillis)
        .append(",\"value\":")
        .append(String.format(Locale.ROOT, "%.2f", value))
        .append(",\"dimensions\":{");
  }

  private static StringBuilder dimension(StringBuilder body, String key, String value) {
    return body.append('"').append(key).append("\":\"").append(value).append('"');
  }
}
