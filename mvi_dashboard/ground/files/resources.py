"""What is answered about a file, over REST and on pages alike."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.described import Described, Form, OneOf
from mvi_dashboard.ground.models import Attachment, AttachmentDetail

from .reading import known_detail


class FileRow(Described):
    """A file that hangs on something."""

    id: UUID
    object_type: Annotated[
        str, "Waar het bestand bij hoort: tender, bid, contract, record, award, factor-set of source"
    ]
    name: Annotated[str, "De naam zoals die is gestuurd"]
    media_type: Annotated[str, "Vastgesteld aan de inhoud"]
    size: Annotated[int, "In bytes"]
    sha256: Annotated[str, "De hash van wat is gestuurd, in hexadecimalen"]
    kind: Annotated[str, OneOf(AttachmentDetail.Kind.values)]
    subject: str
    valid_until: date | None
    or_equivalent: Annotated[bool, "Niet het gevraagde keurmerk, maar gelijkwaardig"]
    shared: Annotated[bool, "Leveranciers mogen het zien"]
    line: Annotated[str | None, "Het kenmerk van het product in een inschrijving"]
    field: Annotated[str | None, "De vraag die het bewijst"]
    sealed: Annotated[bool, "Verzegeld: alleen de eigen leverancier ziet het, tot de opening"]
    added_at: datetime
    withdrawn_at: datetime | None
    withdrawn_reason: str | None
    content: Annotated[str, "Waar het bestand zelf te halen is", Form("uri-reference")]

    @classmethod
    def of(cls, attachment: Attachment, actor: Actor) -> FileRow:
        """As this actor may see it. Raises Refused: absent."""
        detail = known_detail(attachment, actor)
        return cls(
            id=attachment.public_id,
            object_type=attachment.object_type,
            name=detail.name,
            media_type=detail.media_type,
            size=detail.size,
            sha256=detail.sha256,
            kind=detail.kind,
            subject=detail.subject,
            valid_until=detail.valid_until,
            or_equivalent=detail.or_equivalent,
            shared=detail.shared,
            line=detail.line or None,
            field=detail.field or None,
            sealed=detail.pk is None,
            added_at=attachment.added_at,
            withdrawn_at=attachment.withdrawn_at,
            withdrawn_reason=attachment.withdrawn_reason,
            content=f"/api/v1/files/{attachment.public_id}/content",
        )
