-- Where feet were: what searches by zone and line need of a segment without unpacking its poses, and of a track without its segments.
-- Columns without a default are added at once, however many rows there are; NULL means "not known yet" and is filled in small batches.
ALTER TABLE "TrackSegment" ADD COLUMN "feet" BYTEA;
ALTER TABLE "Track" ADD COLUMN "cells" BIGINT;

-- The tracks that are to be filled in: empty once that is done.
CREATE INDEX "Track_cells_missing_idx" ON "Track"("cameraId", "epoch", "trackNo") WHERE "cells" IS NULL;
