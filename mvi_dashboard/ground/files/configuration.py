"""Which store the environment asks for: read by the settings, so it knows neither Django nor a library."""

from __future__ import annotations

from pathlib import Path
from typing import Any

LARGEST = 20 * 1024 * 1024


def store_from(env: Any, media: Path) -> dict[str, Any]:
    """What Django's STORAGES says of attached files: S3 when FILES_S3_BUCKET is set, else the disk under `media`.

    Keys come from the environment too, or from the machine as the AWS library finds them.
    """
    bucket = env.str("FILES_S3_BUCKET", default="")
    if not bucket:
        return {"BACKEND": "mvi_dashboard.ground.files.storing.DurableFiles", "OPTIONS": {"location": str(media)}}
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": bucket,
            "endpoint_url": env.str("FILES_S3_ENDPOINT", default="") or None,
            "region_name": env.str("FILES_S3_REGION", default="") or None,
            "access_key": env.str("FILES_S3_KEY", default="") or None,
            "secret_key": env.str("FILES_S3_SECRET", default="") or None,
            "location": env.str("FILES_S3_PREFIX", default="attachments"),
            "default_acl": None,
            "querystring_auth": True,
            "file_overwrite": False,
            # Never in a temporary file: all of it stays in memory, as what is attached is bounded.
            "max_memory_size": 0,
            "object_parameters": {"ServerSideEncryption": "AES256"}
            if env.bool("FILES_S3_ENCRYPT", default=False)
            else {},
        },
    }
