#!/usr/bin/env bash
# Sourced by the findings: runs the Python on standard input with the named packages of PyPI, in a temporary folder that
# is gone afterwards.
#   with_python PACKAGE==VERSION... <<'PYTHON'
with_python() {
  local folder
  folder=$(mktemp -d)
  # shellcheck disable=SC2064 # the folder of now
  trap "rm -rf '$folder'" EXIT
  python3 -m venv "$folder/venv"
  "$folder/venv/bin/pip" install --quiet --disable-pip-version-check "$@"
  cat >"$folder/finding.py"
  (cd "$folder" && HF_HUB_OFFLINE=1 TRANSFORMERS_VERBOSITY=error venv/bin/python -W ignore finding.py)
}
