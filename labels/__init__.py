"""The annotation scheme as code: labels, documents, validation, reading and writing."""

from labels.document import Attribution, Document, Entity, Span, Stance

__all__ = ["Attribution", "Document", "Entity", "Span", "Stance"]
