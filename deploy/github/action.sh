#!/usr/bin/env bash
# What action.yml runs, after install.sh. Everything comes in by the environment:
#   PDSYNC_MODE and the other inputs; RUNNER_TEMP, GITHUB_OUTPUT and GITHUB_STEP_SUMMARY of the runner.
# Exits as pdsync does, except that 2 from plan (changes are pending) counts as success.
set -uo pipefail

pdsync=${PDSYNC_BIN:-${RUNNER_TEMP:?}/pdsync/bin/pdsync}
work=$(mktemp -d "${RUNNER_TEMP:?}/pdsync-report.XXXXXX")
trap 'rm -rf "$work"' EXIT
report=$work/report.md
comment_token=${PDSYNC_COMMENT_TOKEN:-}
unset PDSYNC_COMMENT_TOKEN GITHUB_TOKEN
options=(--no-color)
if [ -n "${PDSYNC_CONFIG:-}" ]; then options+=(--config "$PDSYNC_CONFIG"); fi

# -I everywhere: no file of the repository is taken for a module of Python.
# A name in a manifest or an account may look like a workflow command. None is obeyed between these two.
hush() {
  word=$(python3 -I -c 'import secrets; print(secrets.token_hex(16))')
  echo "::stop-commands::$word"
}
speak() { echo "::$word::"; }

plan_file=${PDSYNC_PLAN_FILE:-}
code=0
hush
case "${PDSYNC_MODE:-}" in
  validate)
    "$pdsync" "${options[@]}" validate -o github >"$work/annotations" || code=$?
    ;;
  plan)
    # Always written, because the digest is read from it; kept only where the input says so.
    "$pdsync" "${options[@]}" plan -o github --report "$report" --out "${plan_file:-$work/plan.json}" --detailed-exitcode \
      >"$work/annotations" || code=$?
    ;;
  apply)
    reviewed=()
    if [ -n "$plan_file" ]; then reviewed+=(--plan "$plan_file"); fi
    if [ -n "${PDSYNC_EXPECT_DIGEST:-}" ]; then reviewed+=(--expect-digest "$PDSYNC_EXPECT_DIGEST"); fi
    "$pdsync" "${options[@]}" apply --yes --report "$report" ${reviewed[@]+"${reviewed[@]}"} || code=$?
    ;;
  drift)
    notify=()
    if [ -n "${PAGERDUTY_ROUTING_KEY:-}" ]; then notify=(--notify env); fi
    "$pdsync" "${options[@]}" drift -o markdown ${notify[@]+"${notify[@]}"} >"$report" || code=$?
    ;;
  *)
    speak
    echo "::error::pdsync: 'mode' must be validate, plan, apply or drift"
    exit 64
    ;;
esac
speak
if [ -s "$work/annotations" ]; then cat "$work/annotations"; fi
if [ -s "$report" ] && [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then cat "$report" >>"$GITHUB_STEP_SUMMARY"; fi

changes=false
if [ "$code" = 2 ]; then changes=true; fi
digest=
if [ "$PDSYNC_MODE" = plan ] && [ "$code" = 2 ]; then
  digest=$(python3 -I -c 'import json, sys; print(json.load(open(sys.argv[1], encoding="utf-8"))["digest"])' "${plan_file:-$work/plan.json}")
fi
if [ -n "${GITHUB_OUTPUT:-}" ]; then
  printf 'exit-code=%s\nchanges=%s\ndigest=%s\n' "$code" "$changes" "$digest" >>"$GITHUB_OUTPUT"
fi

# A comment that could not be written must not leave an older one standing as if it were this plan.
comment=0
if [ "${PDSYNC_COMMENT:-}" = true ] && [ -s "$report" ] && [ "$PDSYNC_MODE" != drift ]; then
  hush
  env -u PAGERDUTY_TOKEN GITHUB_TOKEN="$comment_token" \
    "$pdsync" comment "$report" --host github --author "${PDSYNC_COMMENT_AUTHOR:-github-actions[bot]}" || comment=$?
  speak
fi
if [ "$code" = 2 ] && [ "$PDSYNC_MODE" = plan ]; then code=0; fi
if [ "$code" = 0 ]; then code=$comment; fi
exit "$code"
