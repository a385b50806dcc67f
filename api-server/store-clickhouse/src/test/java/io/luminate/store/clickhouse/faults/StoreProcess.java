// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.faults;

import io.luminate.store.IdempotencyClaim;
import io.luminate.store.QueryControl;
import io.luminate.store.WriteRequest;
import io.luminate.store.clickhouse.ClickHouseStore;
import io.luminate.store.clickhouse.client.ClickHouseAccess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * A process with a store, to be killed: {@code StoreProcess URL USER PASSWORD DATABASE TODAY TASK
 * NUMBER STEP}. It says line by line what it does.
 *
 * <p>The task {@code clients} writes until a line comes in, and then comes to its end; {@code one}
 * binds one request's key, waits for a line, and stores its points; {@code buffered} writes a
 * request, every second number, for each line, and is answered early.
 */
final class StoreProcess {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int CONNECTIONS = 8;
  private static final int CLIENTS = 4;

  private StoreProcess() {}

  public static void main(String[] arguments) throws Exception {
    ClickHouseAccess access =
        new ClickHouseAccess(
            List.of(arguments[0]),
            arguments[3],
            arguments[1],
            arguments[2],
            CONNECTIONS,
            Duration.ofHours(1));
    SentRequest first = new SentRequest(Long.parseLong(arguments[6]), Long.parseLong(arguments[4]));
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    boolean buffered = arguments[5].equals("buffered");
    try (ClickHouseStore store =
        buffered ? Faults.buffered(access) : Faults.store(access, TIMEOUT)) {
      switch (arguments[5]) {
        case "one" -> one(store, first, in);
        case "buffered" -> buffered(store, first, in);
        default -> clients(store, first, Integer.parseInt(arguments[7]), in);
      }
    }
    say("end");
  }

  private static void one(ClickHouseStore store, SentRequest request, BufferedReader in)
      throws IOException {
    try (IdempotencyClaim.Held held =
        (IdempotencyClaim.Held)
            store.claim(
                SentRequest.TENANT,
                request.key(),
                request.body(),
                QueryControl.withTimeout(TIMEOUT))) {
      var batch = request.batch(store);
      held.bind(request.decision());
      say("bound");
      in.readLine();
      store.write(WriteRequest.keyed(batch, held, request.receipt()));
    }
  }

  private static void buffered(ClickHouseStore store, SentRequest first, BufferedReader in)
      throws IOException {
    SentRequest next = first;
    while (in.readLine() != null) {
      next.send(store);
      say(Fate.STORED + " " + next.number());
      next = new SentRequest(next.number() + 2, next.today());
    }
  }

  private static void clients(ClickHouseStore store, SentRequest first, int step, BufferedReader in)
      throws IOException, InterruptedException {
    Witness witness =
        new Witness() {
          @Override
          public void begun(SentRequest request) {
            say("begun " + request.number());
          }

          @Override
          public void ended(SentRequest request, Fate fate) {
            say(fate + " " + request.number());
          }
        };
    try (Clients clients =
        Clients.start(
            List.of(Target.of(store)), witness, first.today(), CLIENTS, first.number(), step)) {
      in.readLine();
      clients.finish();
    }
  }

  /** A line that is out when this returns. */
  private static synchronized void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
