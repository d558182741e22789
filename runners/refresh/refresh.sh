#!/bin/sh
# One refresh, for cron and other schedulers: `efface run` with options from the environment. Quarantined instances are no failure.
#
#   EFFACE_INPUT, EFFACE_OUTPUT   folders or gs:// prefixes
#   EFFACE_KEY_FILE               file with the key; or EFFACE_KEY with the key itself
#   EFFACE_OPTIONS                further options, such as: --policy tcia --on-removed delete --withdrawn gs://bucket/withdrawn
#
# While a refresh is running, the next one does nothing and returns 1.
set -u
: "${EFFACE_INPUT:?}" "${EFFACE_OUTPUT:?}"

# shellcheck disable=SC2086  # the options are words
"${EFFACE_COMMAND:-efface}" run --input "$EFFACE_INPUT" --output "$EFFACE_OUTPUT" --key-file "${EFFACE_KEY_FILE:-}" ${EFFACE_OPTIONS:-}
code=$?
if [ "$code" -eq 3 ]; then
    echo "efface: the run is complete; see its last lines and the audit table failures"
    exit 0
fi
exit "$code"
