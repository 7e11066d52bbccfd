"""The structure of GeoJSON (RFC 7946)."""

from __future__ import annotations

from typing import Any, Final

from workers.formats.json.structure import AnyOf, Faults, Many, Number, Shape, Structure, StructureFault, Text

_NUMBER: Final = Number()
_BOX: Final = Many(_NUMBER, 4)
_POSITION: Final = Many(_NUMBER, 2)
_RING: Final = Many(_POSITION, 4)
_COORDINATES: Final = {
    "Point": _POSITION,
    "LineString": Many(_POSITION, 2),
    "Polygon": Many(_RING),
    "MultiPoint": Many(_POSITION),
    "MultiLineString": Many(Many(_POSITION, 2)),
    "MultiPolygon": Many(Many(_RING)),
}


class _Null:
    def faults(self, value: Any, *, forms: bool) -> Faults:
        return () if value is None else (StructureFault("", "type", "it has to be null, or an object"),)


def _object(type_: str, **members: Structure) -> Shape:
    stated = {"type": Text(one_of=(type_,)), **members}
    return Shape({**stated, "bbox": _BOX}, required=tuple(stated), closed=False)


class _ByType:
    """An object whose structure depends on its `type`."""

    def __init__(self, shapes: dict[str, Shape]) -> None:
        self._shapes = shapes

    def faults(self, value: Any, *, forms: bool) -> Faults:
        type_ = value.get("type") if isinstance(value, dict) else None
        shape = self._shapes.get(type_) if isinstance(type_, str) else None
        if shape is None:
            return (StructureFault("", "value", f"it is no object of a type of {', '.join(self._shapes)}"),)
        return shape.faults(value, forms=forms)


_SHAPES: Final = {name: _object(name, coordinates=inner) for name, inner in _COORDINATES.items()}
_GEOMETRY: Final = _ByType(_SHAPES)
_COLLECTION: Final = _object("GeometryCollection", geometries=Many(_GEOMETRY))
_FEATURE: Final = Shape(
    {
        "type": Text(one_of=("Feature",)),
        "id": AnyOf((_NUMBER, Text())),
        "properties": AnyOf((_Null(), Shape(closed=False))),
        "geometry": AnyOf((_Null(), _ByType({**_SHAPES, "GeometryCollection": _COLLECTION}))),
        "bbox": _BOX,
    },
    required=("type", "properties", "geometry"),
    closed=False,
)

GEOJSON: Final = _ByType(
    {
        **_SHAPES,
        "GeometryCollection": _COLLECTION,
        "Feature": _FEATURE,
        "FeatureCollection": _object("FeatureCollection", features=Many(_FEATURE)),
    }
)
"""A GeoJSON object of any type."""
