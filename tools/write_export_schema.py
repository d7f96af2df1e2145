"""Write docs/export-format.schema.json, the JSON Schema of an exported diary.

``python -m tools.write_export_schema`` after a change of ``bot/features/data_export/schema*.py``.
"""

import json
from pathlib import Path

from bot.features.data_export.schema import DiaryFile

FILE = Path(__file__).parent.parent / "docs" / "export-format.schema.json"


def main() -> None:
    """Write the schema file."""
    schema = DiaryFile.model_json_schema(mode="serialization")
    FILE.write_text(
        json.dumps(schema, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
