#!/bin/sh
# One run on Dataflow from the Flex Template, which docs/dataflow.md tells how to build. Parameters are name=value;
# runners/dataflow/metadata.json describes them.
#
#   PROJECT=my-project REGION=us-central1 BUCKET=my-bucket IMAGE=REGISTRY/efface:1 SERVICE_ACCOUNT=efface@my-project \
#     sh examples/dataflow_launch.sh input=gs://archive/2026/ output=gs://research/2026 key_file=gs://secrets/efface.key
#
# The job's last step completes the run: then <output>/audit/runs/<run>.json is there. The same command resumes a run that failed.
set -eu
: "${PROJECT:?}" "${REGION:?}" "${BUCKET:?}" "${IMAGE:?}" "${SERVICE_ACCOUNT:?}"

for parameter; do
    shift
    set -- "$@" --parameters "$parameter"
done

exec gcloud dataflow flex-template run "efface-$(date -u +%Y%m%d-%H%M%S)" --project "$PROJECT" --region "$REGION" \
    --template-file-gcs-location "gs://$BUCKET/templates/efface.json" --service-account-email "$SERVICE_ACCOUNT" \
    --temp-location "gs://$BUCKET/tmp" --staging-location "gs://$BUCKET/staging" --disable-public-ips \
    --worker-machine-type "${MACHINE_TYPE:-n2-standard-8}" --max-workers "${MAX_WORKERS:-40}" \
    --parameters "sdk_container_image=$IMAGE" "$@"
