"""Form fields Django does not have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files; cleans to a list, empty when none was chosen."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        given: Sequence[Any] = data if isinstance(data, (list, tuple)) else [data] if data else []
        found = [super(FilesField, self).clean(one, initial) for one in given]
        if not found and self.required:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return found
