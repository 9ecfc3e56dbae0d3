"""The smallest company that pages: one user, one policy and one service."""

from __future__ import annotations

MANIFESTS = """\
apiVersion: pdsync/v1
kind: User
metadata: {name: ana}
spec: {name: Ana Lima, email: ana@example.com, role: limited_user}
---
apiVersion: pdsync/v1
kind: EscalationPolicy
metadata: {name: shop}
spec:
  name: Shop
  escalation_rules:
    - {escalation_delay_in_minutes: 10m, targets: [{user: ana}]}
---
apiVersion: pdsync/v1
kind: Service
metadata: {name: checkout}
spec: {name: Checkout, escalation_policy: shop, auto_resolve_timeout: 4h}
"""
SHOP_PEOPLE = """\
apiVersion: pdsync/v1
kind: User
metadata: {name: ana}
spec: {name: Ana Lima, email: ana@example.com}
---
apiVersion: pdsync/v1
kind: EscalationPolicy
metadata: {name: shop}
spec:
  name: Shop
  escalation_rules: [{escalation_delay_in_minutes: 10m, targets: [{user: ana}]}]
"""
"""The user and the policy alone, for tests that write services of their own."""
