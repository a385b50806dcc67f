// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.publishing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class EachPodTest {
  private static final Duration PATIENT = Duration.ofMinutes(1);

  private final EachPod eachPod = new EachPod();

  @AfterEach
  void stop() {
    eachPod.close();
  }

  /** Each pod is its own number, or its negative where that is not there yet. */
  private static EachPod.Work<Integer, Integer> work(Function<Integer, Integer> work) {
    return work(work, (_, _) -> {});
  }

  private static EachPod.Work<Integer, Integer> work(
      Function<Integer, Integer> work, BiConsumer<Integer, Integer> late) {
    return new EachPod.Work<>() {
      @Override
      public ContainerId container(Integer pod) {
        return new ContainerId("pod", pod.toString());
      }

      @Override
      public Integer result(Integer pod) {
        return work.apply(pod);
      }

      @Override
      public Integer meanwhile(Integer pod) {
        return -pod;
      }

      @Override
      public void late(Integer meanwhile, Integer result) {
        late.accept(meanwhile, result);
      }
    };
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void slowOne_keepsNobodyWaiting() {
    CountDownLatch others = new CountDownLatch(9);
    List<Integer> results =
        eachPod.map(
            IntStream.range(0, 10).boxed().toList(),
            work(
                pod -> {
                  if (pod == 0) {
                    await(others);
                  } else {
                    others.countDown();
                  }
                  return pod;
                }),
            PATIENT);
    assertThat(results).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
  }

  @Test
  void lateOne_goesOnAlone_andIsBegunWithOnce() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    AtomicInteger begun = new AtomicInteger();
    CompletableFuture<String> said = new CompletableFuture<>();
    EachPod.Work<Integer, Integer> slow =
        work(
            pod -> {
              begun.incrementAndGet();
              await(end);
              return pod;
            },
            (meanwhile, result) -> said.complete(meanwhile + " then " + result));
    assertThat(eachPod.map(List.of(1), slow, Duration.ZERO)).containsExactly(-1);
    assertThat(eachPod.map(List.of(1), slow, PATIENT)).as("busy").containsExactly(-1);
    assertThat(said).isNotDone();
    end.countDown();
    assertThat(said.get(60, TimeUnit.SECONDS)).isEqualTo("-1 then 1");
    assertThat(begun).hasValue(1);
    assertThat(eachPod.map(List.of(1), slow, PATIENT)).containsExactly(1);
  }

  @Test
  void many_areBounded() {
    AtomicInteger atWork = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch full = new CountDownLatch(EachPod.AT_A_TIME);
    eachPod.map(
        IntStream.range(0, 3 * EachPod.AT_A_TIME).boxed().toList(),
        work(
            pod -> {
              most.accumulateAndGet(atWork.incrementAndGet(), Math::max);
              full.countDown();
              await(full);
              return atWork.decrementAndGet();
            }),
        PATIENT);
    assertThat(most).hasValue(EachPod.AT_A_TIME);
  }

  @Test
  void failure_isNotLost() {
    assertThatThrownBy(
            () ->
                eachPod.map(
                    List.of(1),
                    work(
                        pod -> {
                          throw new IllegalArgumentException("broken");
                        }),
                    PATIENT))
        .hasRootCauseMessage("broken");
  }

  @Test
  void lateFailure_isSaid() throws Exception {
    Logger log = (Logger) LoggerFactory.getLogger(EachPod.class);
    BlockingQueue<ILoggingEvent> said = new LinkedBlockingQueue<>();
    AppenderBase<ILoggingEvent> appender =
        new AppenderBase<>() {
          @Override
          protected void append(ILoggingEvent event) {
            said.add(event);
          }
        };
    appender.start();
    log.setAdditive(false);
    log.addAppender(appender);
    try {
      CountDownLatch end = new CountDownLatch(1);
      EachPod.Work<Integer, Integer> slow =
          work(
              pod -> {
                await(end);
                throw new IllegalArgumentException("broken");
              });
      assertThat(eachPod.map(List.of(1), slow, Duration.ZERO)).containsExactly(-1);
      end.countDown();
      ILoggingEvent event = said.poll(60, TimeUnit.SECONDS);
      assertThat(event.getLevel()).isEqualTo(Level.WARN);
      assertThat(event.getThrowableProxy().getCause().getMessage()).isEqualTo("broken");
    } finally {
      log.detachAppender(appender);
      log.setAdditive(true);
    }
  }
}
