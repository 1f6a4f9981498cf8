-- How long tracks last: for searches by duration, and for the longest of all, which bounds where a search by time has to begin. With that
-- bound the index by start answers which tracks overlap a span, with better estimates and cheaper writes than an index of ranges.
CREATE INDEX "Track_duration_idx" ON "Track"(("endMs" - "startMs"));

DROP INDEX "Track_span_idx";
