"""A recording's page: its sound, its draft to correct, who holds it, and its history."""

from web.feature import Feature
from web.recording import audio, segments, views

FEATURE = Feature(
    views.recording,
    sub_pages=(
        audio.audio,
        segments.segments,
    ),
)
