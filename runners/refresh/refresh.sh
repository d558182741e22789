#!/bin/sh
# One refresh, for cron and for schedulers: `efface run` with what the environment says, where something in quarantine is no failure.
#
#   EFFACE_INPUT, EFFACE_OUTPUT   folders or gs:// prefixes
#   EFFACE_KEY_FILE               the key, or EFFACE_KEY with the key itself
#   EFFACE_OPTIONS                further options, such as: --policy tcia --on-removed delete --withdrawn gs://bucket/withdrawn
#
# A refresh that is still under way refuses the next one, which then ends with 1 and does nothing.
set -u
: "${EFFACE_INPUT:?}" "${EFFACE_OUTPUT:?}"

# shellcheck disable=SC2086  # the options are words
"${EFFACE_COMMAND:-efface}" run --input "$EFFACE_INPUT" --output "$EFFACE_OUTPUT" --key-file "${EFFACE_KEY_FILE:-}" ${EFFACE_OPTIONS:-}
code=$?
if [ "$code" -eq 3 ]; then
    echo "efface: the run is complete; its last lines and the audit table failures say what needs a look"
    exit 0
fi
exit "$code"
