"""Long texts of an export, in files of their own next to the manifests that name them."""

from __future__ import annotations

from pdsync.export.yaml_writer import literal
from pdsync.model import Kind
from pdsync.model.codec.file_text import MEMBER, file_text_of

_LONGEST_INLINE = 200
_BYTE_ORDER_MARK = "\ufeff"


class TextFileWriter:
    """Collects the files."""

    def __init__(self) -> None:
        self.files: dict[str, str] = {}
        """Texts by path below the output folder."""
        self._taken: set[str] = set()

    def take_out(self, kind: Kind, key: str, folder: str, values: dict[str, object]) -> None:
        """Puts each text of a spec that is long, or has several lines, into a file, and its name in its place. A file of the name that is
        there already is another object's: that text stays in the manifest."""
        for declared in kind.fields:
            codec, text = file_text_of(declared.codec), values.get(declared.name)
            if codec is None or not isinstance(text, str) or not _is_better_apart(text):
                continue
            name = f"{key}{codec.suffix}"
            path = f"{folder}/{name}"
            if path.casefold() not in self._taken:
                self._taken.add(path.casefold())
                self.files[path] = f"{literal(text)}\n"
                values[declared.name] = {MEMBER: name}


def _is_better_apart(text: str) -> bool:
    # The byte order mark at the beginning of a file does not belong to the text.
    return ("\n" in text or len(text) > _LONGEST_INLINE) and not text.startswith(_BYTE_ORDER_MARK)
