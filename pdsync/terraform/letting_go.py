"""What makes Terraform forget the resources that manifests describe now, without a change of PagerDuty."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from pdsync.terraform.resource import StateResource


def addresses_by_file(
    resources: Iterable[StateResource], imported: Collection[StateResource]
) -> dict[str, tuple[str, ...]]:
    """The addresses for ``terraform state rm``, by file: of a block where all of its instances are imported, else of each instance."""
    chosen = set(map(id, imported))
    blocks: dict[tuple[str, str], list[StateResource]] = {}
    for resource in resources:
        blocks.setdefault((resource.file, resource.block), []).append(resource)
    found: dict[str, list[str]] = {}
    for (file, block), instances in sorted(blocks.items()):
        ours = [resource.address for resource in instances if id(resource) in chosen]
        if ours:
            found.setdefault(file, []).extend([block] if len(ours) == len(instances) else sorted(ours))
    return {file: tuple(addresses) for file, addresses in found.items()}
