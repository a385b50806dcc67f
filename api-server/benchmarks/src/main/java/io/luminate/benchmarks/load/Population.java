// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.load;

import java.util.List;

/**
 * Who the points are about. Every series has dimensions in two parts: a head that belongs to the
 * customer (or host) and a tail out of a small set, so that formats can prepare both as bytes.
 */
final class Population {
  private static final List<String> REGIONS =
      List.of("us-east-1", "us-west-2", "eu-west-1", "eu-central-1", "ap-south-1", "sa-east-1");

  /** Ten slots, so that most customers are on the cheap plans. */
  private static final List<String> TIERS =
      List.of(
          "free", "free", "free", "free", "free", "pro", "pro", "pro", "business", "enterprise");

  private static final List<String> ENDPOINTS =
      List.of(
          "/users",
          "/orders",
          "/login",
          "/search",
          "/cart",
          "/checkout",
          "/items",
          "/reviews",
          "/stock",
          "/prices",
          "/invoices",
          "/payments",
          "/refunds",
          "/reports",
          "/sessions",
          "/messages",
          "/events",
          "/webhooks",
          "/files",
          "/settings");

  /** The first is every other series of a customer. */
  private static final List<String> STATUS_CODES = List.of("200", "201", "400", "404", "500");

  private static final long REGION_SALT = 0x5265_6769L;
  private static final long TIER_SALT = 0x5469_6572L;

  private final WorkloadSize size;

  Population(WorkloadSize size) {
    this.size = size;
  }

  static String customerId(int customer) {
    return "cust_" + customer;
  }

  static String region(int customer) {
    return REGIONS.get(Mix.below(Mix.mix(REGION_SALT, customer, 0), REGIONS.size()));
  }

  static String tier(int customer) {
    return TIERS.get(Mix.below(Mix.mix(TIER_SALT, customer, 0), TIERS.size()));
  }

  int heads(Metric metric) {
    return metric == Metric.CPU_USAGE ? size.cpuSeries() : size.customers();
  }

  int headOf(Metric metric, int series) {
    return metric == Metric.API_LATENCY
        ? series / WorkloadSize.LATENCY_SERIES_PER_CUSTOMER
        : series;
  }

  List<Tag> head(Metric metric, int head) {
    return switch (metric) {
      case API_LATENCY ->
          List.of(
              new Tag("customer_id", customerId(head)),
              new Tag("region", region(head)),
              new Tag("tier", tier(head)));
      case TOTAL_REQUESTS ->
          List.of(new Tag("customer_id", customerId(head)), new Tag("region", region(head)));
      case CPU_USAGE ->
          List.of(
              new Tag("host", "host-" + head),
              new Tag("customer_id", customerId(head * (size.customers() / size.cpuSeries()))));
    };
  }

  static int tails(Metric metric) {
    return metric == Metric.API_LATENCY ? ENDPOINTS.size() * STATUS_CODES.size() : 1;
  }

  /**
   * Five neighbouring endpoints per customer, each once with 200 and once with another status: ten
   * different pairs.
   */
  static int tailOf(Metric metric, int series) {
    if (metric != Metric.API_LATENCY) {
      return 0;
    }
    int customer = series / WorkloadSize.LATENCY_SERIES_PER_CUSTOMER;
    int slot = series % WorkloadSize.LATENCY_SERIES_PER_CUSTOMER;
    int endpoint = (customer + slot / 2) % ENDPOINTS.size();
    int status = slot % 2 == 0 ? 0 : 1 + (customer + slot / 2) % (STATUS_CODES.size() - 1);
    return endpoint * STATUS_CODES.size() + status;
  }

  static List<Tag> tail(Metric metric, int tail) {
    if (metric != Metric.API_LATENCY) {
      return List.of();
    }
    return List.of(
        new Tag("endpoint", ENDPOINTS.get(tail / STATUS_CODES.size())),
        new Tag("status_code", STATUS_CODES.get(tail % STATUS_CODES.size())));
  }
}
