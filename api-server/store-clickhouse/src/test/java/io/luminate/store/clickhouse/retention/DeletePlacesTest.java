// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luminate.model.TenantId;
import io.luminate.store.ErrorCode;
import io.luminate.store.StoreException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every delete under way counts once, wherever it is known of. */
final class DeletePlacesTest {
  private static final TenantId A = new TenantId("a");
  private static final TenantId B = new TenantId("b");

  private final DeletePlaces places = new DeletePlaces(4);

  /** What ClickHouse knows of. */
  private final Set<String> known = new HashSet<>();

  private int operations;

  private DeletePlaces.Place enter(TenantId tenant) {
    return places.enter(tenant, "delete-" + operations++, () -> Set.copyOf(known));
  }

  private void begin(DeletePlaces.Place place, TenantId tenant, int operation) {
    known.add(DeleteMutations.name("delete-" + operation, tenant));
    place.close();
  }

  private void assertFull(TenantId tenant, String message) {
    assertThatThrownBy(() -> enter(tenant))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OVERLOADED))
        .hasMessageStartingWith(message);
  }

  @Test
  void deletes_thatClickHouseDoesNotKnowOf_haveTheirPlaces() {
    DeletePlaces.Place first = enter(A);
    enter(A);
    assertFull(A, "2 deletes are under way, and at most 2 may be");
    enter(B);
    assertFull(B, "1 deletes are under way, and at most 1 may be");
    first.close();
    enter(A);
  }

  @Test
  void deletes_thatClickHouseKnowsOf_countOnce() {
    DeletePlaces.Place first = enter(A);
    known.add(DeleteMutations.name("delete-0", A));
    DeletePlaces.Place second = enter(A);
    first.close();
    begin(second, A, 1);
    enter(B);
    assertFull(A, "2 deletes are under way");
    known.clear();
    enter(A);
  }

  @Test
  void deletes_ofAllTenants_areOnlySoMany() {
    known.addAll(Set.of("UPDATE _row_exists = 0 WHERE 1", "x of c", "y of d"));
    enter(A);
    assertFull(B, "4 deletes are under way, and at most 4 may be");
  }

  /** Then neither the answer has it nor is it among those that are still to begin. */
  @Test
  void delete_thatBeginsBehindTheAnswer_counts() {
    DeletePlaces.Place first = enter(A);
    enter(A);
    assertThatThrownBy(
            () ->
                places.enter(
                    A,
                    "delete-9",
                    () -> {
                      Set<String> answer = Set.copyOf(known);
                      begin(first, A, 0);
                      return answer;
                    }))
        .hasMessageStartingWith("2 deletes are under way");
    known.clear();
    enter(A);
  }
}
