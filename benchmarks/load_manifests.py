#!/usr/bin/env python3
"""How fast manifests load: documents a second, and how that compares with libyaml's bare parse of the same files.

benchmarks/load_manifests.py [DOCUMENTS] [--per-file N] [--profile]
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import tempfile
import time
from pathlib import Path

import yaml

from pdsync.manifest import load_manifests

SERVICE = """\
---
apiVersion: pdsync/v1
kind: Service
metadata:
  name: service-{n}
lifecycle:
  protect: true
spec:
  name: Service {n}
  description: Answers the web site, the app and the shops that show a parcel's whereabouts.
  escalation_policy: policy-{policy}
  incident_urgency_rule: {{type: constant, urgency: severity_based}}
  auto_resolve_timeout: 6h
  acknowledgement_timeout: 1800
  alert_grouping_parameters:
    type: content_based
    config:
      aggregate: any
      fields: [class, component]
      time_window: 0
  integrations:
    - {{name: Datadog, vendor: Datadog}}
    - {{name: Belt gateways, type: events_api_v2_inbound_integration}}
"""
POLICY = """\
---
apiVersion: pdsync/v1
kind: EscalationPolicy
metadata: {{name: policy-{n}}}
spec:
  escalation_rules:
    - escalation_delay_in_minutes: 15m
      targets: [{{user: person-{n}@example.com}}]
"""


def write_files(folder: Path, documents: int, per_file: int) -> list[Path]:
    """A policy for every hundred services, and services for the rest."""
    policies = max(1, documents // 100)
    texts = [POLICY.format(n=n) for n in range(policies)]
    texts += [SERVICE.format(n=n, policy=n % policies) for n in range(documents - policies)]
    files = []
    for at in range(0, len(texts), per_file):
        files.append(folder / f"part-{at:06}.yaml")
        files[-1].write_text("".join(texts[at : at + per_file]), encoding="utf-8")
    return files


def parse_bare(files: list[Path]) -> int:
    """What any YAML loader costs: libyaml, no positions, no checks."""
    count = 0
    for file in files:
        with file.open("rb") as stream:
            count += sum(1 for _ in yaml.load_all(stream, Loader=yaml.CSafeLoader))
    return count


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("documents", nargs="?", type=int, default=10_000)
    parser.add_argument("--per-file", type=int, default=10)
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = write_files(Path(folder), options.documents, options.per_file)
        size = sum(os.path.getsize(file) for file in files)
        start = time.process_time()
        parsed = parse_bare(files)
        bare_s = time.process_time() - start
        profile = cProfile.Profile()
        if options.profile:
            profile.enable()
        start = time.process_time()
        result = load_manifests([folder])
        load_s = time.process_time() - start
        profile.disable()
    assert not result.problems, result.problems[:3]
    assert len(result.resources) == parsed == options.documents
    print(f"{parsed} documents in {len(files)} files, {size / 1e6:.1f} MB (processor time)")
    print(f"load_manifests     {load_s:6.2f} s  {parsed / load_s:8.0f} documents/s")
    print(f"yaml.CSafeLoader   {bare_s:6.2f} s  {parsed / bare_s:8.0f} documents/s")
    print(f"ratio              {load_s / bare_s:6.2f}")
    if options.profile:
        pstats.Stats(profile).sort_stats("tottime").print_stats(25)


if __name__ == "__main__":
    main()
