# SPDX-FileCopyrightText: The Luminate Authors
# SPDX-License-Identifier: Apache-2.0

SHELL := /bin/sh
.DEFAULT_GOAL := help

# A JDK 25 is found wherever it is; where there is none, the first target that needs it says how to get one.
export JAVA_HOME := $(shell build/find-jdk.sh 2>/dev/null || echo missing)
MVN ?= mvn
# The Maven of many distributions calls sun.misc.Unsafe, which JDK 25 warns of at every start.
export MAVEN_OPTS := $(MAVEN_OPTS) --sun-misc-unsafe-memory-access=allow

DIST  := api-server/server/target/dist
BENCH := api-server/benchmarks/target/dist
CLICKHOUSE := api-server/clickhouse-testkit/target/dist
KUBE  := e2e/target/dist
OPERATOR := operator/target/dist
STAMP := target/tests-started
# What make run and make demo start: open to this machine alone, so without tokens, and for a person to read.
LOCAL := LUMINATE_SERVER_HOST=127.0.0.1 LUMINATE_MANAGEMENT_HOST=127.0.0.1 LUMINATE_AUTH_ENABLED=false LUMINATE_LOGGING_FORMAT=text
FORMATTED = $(MVN) -q spotless:check || { echo 'Not formatted: run make format.'; exit 1; }
BACKEND ?= rocksdb
DATA  ?= $(if $(filter clickhouse,$(BACKEND)),data-clickhouse,data)
PEERS ?=
ARGS  ?=
ifeq ($(filter rocksdb clickhouse,$(BACKEND)),)
$(error BACKEND is '$(BACKEND)', but must be rocksdb or clickhouse)
endif

.PHONY: help run run-rocksdb run-clickhouse demo test e2e kube check format crds manifests bench jmh dist soak clean jdk \
	dist-quick bench-quick bench-dist clickhouse-quick kube-quick

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: run-$(BACKEND) ## Build and start a server on 127.0.0.1:8080, its data in ./data; BACKEND=clickhouse, DATA=folder, ARGS='--config FILE'

run-rocksdb: dist-quick
	@$(LOCAL) exec $(DIST)/bin/luminate-server --data-dir $(DATA) $(ARGS)

run-clickhouse: clickhouse-quick
	@$(LOCAL) exec build/run-clickhouse.sh $(DIST) $(CLICKHOUSE) $(DATA) $(ARGS)

demo: bench-quick ## The embedded store in ./data-demo, with a generator that keeps writing a workload to ask about
	@$(LOCAL) build/demo.sh $(DIST) $(BENCH) --data-dir $(if $(filter file,$(origin DATA)),data-demo,$(DATA)) $(ARGS)

test: jdk ## Everything: the checks and all tests
	@mkdir -p target && touch $(STAMP)
	@started=$$(date +%s); $(FORMATTED) && $(MVN) -fae -T 2 test; status=$$?; \
	build/test-totals.sh $(STAMP); echo "Took $$(( $$(date +%s) - started )) s"; exit $$status

e2e: jdk ## The tests on a real Kubernetes control plane; the first time builds it, some minutes
	@mkdir -p target && touch $(STAMP)
	@$(MVN) -pl e2e -am test -Dtest='*E2E' -Dsurefire.failIfNoSpecifiedTests=false; status=$$?; \
	find e2e/target -maxdepth 1 -name e2e-waits.txt -newer $(STAMP) -exec cat {} +; build/test-totals.sh $(STAMP); exit $$status

kube: kube-quick ## A shell in a Kubernetes cluster of its own, which ends with it; kubectl is there
	@$(JAVA_HOME)/bin/java -cp '$(KUBE)/lib/*' io.luminate.kube.testkit.KubeBinaryMain
	@exec kube-testkit/bin/namespaces.sh $(JAVA_HOME)/bin/java -Xmx256m -XX:+UseSerialGC -Dslf4j.internal.verbosity=ERROR -cp '$(KUBE)/lib/*' \
	io.luminate.e2e.cluster.KubeMain target/kube $(CURDIR)/$(DIST)/bin/luminate-server '$(CURDIR)/$(OPERATOR)/lib/*'

check: jdk ## Formatting, compiler and static rules, architecture and house rules
	@$(FORMATTED) && $(MVN) -q test -Dtest='ArchitectureTest,TidyTest' -Dsurefire.failIfNoSpecifiedTests=false

format: jdk ## Format all Java sources and poms
	@$(MVN) -q spotless:apply

crds: jdk ## Make the custom resources' definitions and their reference page from the types in crds/src/main
	@$(MVN) -q -Dquick -Pcrds -pl crds -am test-compile

manifests: jdk ## Make the files that the operator is installed with, operator/install*.yaml, from the code
	@$(MVN) -q -Dquick -Pmanifests -pl operator -am test-compile

bench: bench-dist ## The end-to-end benchmark; POINTS=100k|1m|17m|100m, BACKEND=clickhouse, PEERS=victoriametrics runs that peer beside it
	@PEERS='$(PEERS)' build/bench.sh $(DIST) $(BENCH) $(ARGS)

jmh: bench-quick ## Benchmarks of single parts; ARGS='-f 1 Vector' as JMH takes them
	@exec $(JAVA_HOME)/bin/java -cp '$(BENCH)/lib/*' org.openjdk.jmh.Main $(ARGS)

dist: jdk ## Leave a server to copy anywhere in api-server/server/target/dist
	@$(call build_dist,,api-server/server)

soak: jdk ## The long tests: more seeds, more crashes, more data
	@mkdir -p target && touch $(STAMP)
	@$(MVN) -Psoak test; status=$$?; build/test-totals.sh $(STAMP); exit $$status

clean: jdk ## Remove what the build made (not ./data, ./data-demo or ./data-clickhouse)
	@$(MVN) -q clean && rm -rf target

jdk:
	@build/find-jdk.sh >/dev/null

dist-quick: jdk
	@$(call build_dist,-Dquick,api-server/server)

bench-quick: jdk
	@$(call build_dist,-Dquick,api-server/server$(comma)api-server/benchmarks)

bench-dist: jdk
	@$(call build_dist,,api-server/server$(comma)api-server/benchmarks)

clickhouse-quick: jdk
	@$(call build_dist,-Dquick,api-server/server$(comma)api-server/clickhouse-testkit)

kube-quick: jdk
	@$(call build_dist,-Dquick,api-server/server$(comma)e2e$(comma)operator)

comma := ,

# $(1): options of Maven, $(2): the modules that get a target/dist/lib.
define build_dist
rm -rf $(DIST)/lib $(BENCH)/lib $(CLICKHOUSE)/lib $(KUBE)/lib $(OPERATOR)/lib && \
$(MVN) -q $(1) -Pdist -Dmaven.test.skip=true -pl $(2) -am package </dev/null && \
mkdir -p $(DIST)/bin && \
install -m 755 build/find-jdk.sh api-server/server/src/dist/bin/luminate-server $(DIST)/bin/
endef
