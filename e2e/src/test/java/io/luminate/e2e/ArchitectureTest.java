// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Holds the product to {@link HouseArchitecture}, and shows that each of its rules can fail. */
final class ArchitectureTest {

  private static final String PRODUCT = "io.luminate";
  private static final String FIXTURE = "io.luminate.e2e.fixture";

  /** Wherever a build keeps them: that with -Dquick has a folder of its own. */
  private static final ImportOption NO_TESTS = location -> !location.contains("/test-classes/");

  @TestFactory
  Stream<DynamicTest> product_keepsEveryRule() {
    JavaClasses product = product();
    return new HouseArchitecture(PRODUCT)
        .rules().entrySet().stream()
            .map(
                rule ->
                    DynamicTest.dynamicTest(rule.getKey(), () -> rule.getValue().check(product)));
  }

  @TestFactory
  Stream<DynamicTest> fixture_breaksEveryRule() {
    JavaClasses fixture = new ClassFileImporter().importPackages(FIXTURE);
    Map<String, ArchRule> rules = new HouseArchitecture(FIXTURE).rules();
    return rules.entrySet().stream()
        .map(rule -> DynamicTest.dynamicTest(rule.getKey(), () -> assertBroken(rule, fixture)));
  }

  @Test
  void product_isSeen() {
    assertThat(product().stream().map(JavaClass::getPackageName).distinct())
        .as("packages the rules look at")
        .contains(
            PRODUCT + ".model",
            PRODUCT + ".store",
            PRODUCT + ".crd",
            PRODUCT + ".operator.applying",
            PRODUCT + ".operator.document",
            PRODUCT + ".operator.objects",
            PRODUCT + ".operator.publishing",
            PRODUCT + ".operator.reconcile",
            PRODUCT + ".operator.status",
            PRODUCT + ".operator.watch");
  }

  private static JavaClasses product() {
    return new ClassFileImporter().withImportOption(NO_TESTS).importPackages(PRODUCT);
  }

  private static void assertBroken(Map.Entry<String, ArchRule> rule, JavaClasses fixture) {
    assertThat(rule.getValue().evaluate(fixture).hasViolation())
        .as("%s has a class in the fixture that breaks it", rule.getKey())
        .isTrue();
  }
}
