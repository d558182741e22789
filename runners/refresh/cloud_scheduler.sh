#!/bin/sh
# A refresh every night on Dataflow: Cloud Scheduler launches the Flex Template. Fill in launch.json first.
#
#   PROJECT=... REGION=... BUCKET=... IMAGE=REGISTRY/efface:TAG SERVICE_ACCOUNT=...@... sh runners/refresh/cloud_scheduler.sh
set -eu
: "${PROJECT:?}" "${REGION:?}" "${BUCKET:?}" "${IMAGE:?}" "${SERVICE_ACCOUNT:?}"
here=$(dirname "$0")

gcloud dataflow flex-template build "gs://$BUCKET/templates/efface.json" --project "$PROJECT" \
    --image "$IMAGE" --sdk-language PYTHON --metadata-file "$here/../dataflow/metadata.json"

gcloud scheduler jobs create http efface-refresh --project "$PROJECT" --location "$REGION" \
    --schedule "15 2 * * *" --time-zone Etc/UTC --http-method POST \
    --uri "https://dataflow.googleapis.com/v1b3/projects/$PROJECT/locations/$REGION/flexTemplates:launch" \
    --message-body-from-file "$here/launch.json" --oauth-service-account-email "$SERVICE_ACCOUNT"
