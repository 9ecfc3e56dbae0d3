"""``pdsync validate``: are the manifests right? No account is asked."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal

from pdsync.cli.error import ExitCode
from pdsync.cli.invocation import Invocation
from pdsync.cli.manifest_text import of_manifests, render_annotations, render_counts, render_problems
from pdsync.cli.setting.config import load_config
from pdsync.kinds import KINDS
from pdsync.manifest import LoadResult, ManifestProblem, load_manifests
from pdsync.manifest.claim import Claims, find_shared

Output = Literal["text", "json", "github"]


def _check_tests(result: LoadResult) -> Iterable[ManifestProblem]:
    if not result.tests:
        return ()
    from pdsync.engine.test_run import check_events

    return check_events(result.tests)


def validate(invocation: Invocation, paths: Sequence[str], output: Output) -> int:
    """Loads all manifests and reports every problem on stdout."""
    config = load_config(invocation.options.config, invocation.workspace)
    invocation.folder = config.folder
    own = config.manifest_paths()
    tops = (str(config.folder), *own)
    result = load_manifests(paths or own, config.variables, whole=not paths, tops=tops)
    terminal = invocation.terminal
    claims = Claims(config.workspace, config.managed_kinds, result.resources)
    problems = of_manifests((*result.problems, *_check_tests(result), *find_shared(claims, config.neighbours)))
    warnings = of_manifests(result.warnings)
    shown = sorted([*problems, *warnings])
    counts = Counter(resource.kind for resource in result.resources)
    if output == "json":
        body = {
            "valid": not problems,
            "files": len(result.files),
            "resources": {kind.name: count for kind in KINDS if (count := counts[kind.slug])},
            "digest": result.digest if not problems else None,
            "problems": [problem.to_json() for problem in problems],
            "warnings": [problem.to_json() for problem in warnings],
        }
        terminal.out_json(json.dumps(body, indent=2, ensure_ascii=False) + "\n")
    elif output == "github" and shown:
        terminal.out(render_annotations(shown))
    elif shown:
        terminal.out(render_problems(shown, terminal.palette))
    if output != "json" and not problems:
        many = len(result.tests)
        tests = f"{many} test{'' if many == 1 else 's'}" if many else ""
        said = ", ".join(filter(None, (render_counts(counts), tests)))
        terminal.out(f"{said}: {terminal.palette.paint('good', 'valid')}.\n")
    return ExitCode.ERROR if problems else ExitCode.OK
