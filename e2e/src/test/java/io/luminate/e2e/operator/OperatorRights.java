// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.luminate.e2e.cluster.TestNamespace;
import java.util.ArrayList;
import java.util.List;

/** What the API server lets an operator do that is in a test's namespace. */
record OperatorRights(TestNamespace namespace) {
  /** As a person would ask kubectl auth can-i. */
  record Ask(String group, String resource, String verb) {}

  /** All that roles of a namespace name. */
  List<Ask> granted(String where) {
    List<Ask> asks = new ArrayList<>();
    for (Role role : namespace.client().rbac().roles().inNamespace(where).list().getItems()) {
      role.getRules().forEach(rule -> asks.addAll(of(rule)));
    }
    return asks;
  }

  /** Each that the rule grants; rules of ours name one group. */
  static List<Ask> of(PolicyRule rule) {
    String group = rule.getApiGroups().getFirst();
    return rule.getResources().stream()
        .flatMap(resource -> rule.getVerbs().stream().map(verb -> new Ask(group, resource, verb)))
        .toList();
  }

  /** In that namespace; in all of them, or outside of any, if it is empty. */
  boolean may(Ask ask, String where) {
    String account = "system:serviceaccount:" + namespace.name() + ":luminate-operator";
    return may(namespace, account, List.of("system:serviceaccounts"), ask, where);
  }

  /** The same of anybody. */
  static boolean may(TestNamespace any, String user, List<String> groups, Ask ask, String where) {
    String[] resource = ask.resource().split("/", 2);
    SubjectAccessReview review =
        new SubjectAccessReviewBuilder()
            .withNewSpec()
            .withUser(user)
            .withGroups(groups)
            .addToGroups("system:authenticated")
            .withNewResourceAttributes()
            .withNamespace(where)
            .withGroup(ask.group())
            .withResource(resource[0])
            .withSubresource(resource.length == 2 ? resource[1] : "")
            .withVerb(ask.verb())
            .endResourceAttributes()
            .endSpec()
            .build();
    return any.client()
        .authorization()
        .v1()
        .subjectAccessReview()
        .create(review)
        .getStatus()
        .getAllowed();
  }
}
