-- What a search filters on, derived from the packed poses when they are written.
ALTER TABLE "Track" ADD COLUMN "postures" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN "together" INTEGER NOT NULL DEFAULT 1;

ALTER TABLE "TrackSegment" ADD COLUMN "postures" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN "together" INTEGER NOT NULL DEFAULT 1;

-- CreateTable
CREATE TABLE "SegmentKeyPoses" (
    "cameraId" TEXT NOT NULL,
    "epoch" INTEGER NOT NULL,
    "trackNo" INTEGER NOT NULL,
    "segmentNo" INTEGER NOT NULL,
    "poses" BYTEA NOT NULL,

    CONSTRAINT "SegmentKeyPoses_pkey" PRIMARY KEY ("cameraId", "epoch", "trackNo", "segmentNo")
);

-- AddForeignKey
ALTER TABLE "SegmentKeyPoses" ADD CONSTRAINT "SegmentKeyPoses_segment_fkey" FOREIGN KEY ("cameraId", "epoch", "trackNo", "segmentNo") REFERENCES "TrackSegment"("cameraId", "epoch", "trackNo", "segmentNo") ON DELETE CASCADE ON UPDATE CASCADE;

-- Which tracks overlap a span of time: a range, since neither end alone says so.
CREATE INDEX "Track_span_idx" ON "Track" USING gist (int8range(floor("startMs")::int8, ceil("endMs")::int8, '[]'));

-- CreateIndex
CREATE INDEX "Event_cameraId_epoch_trackNo_idx" ON "Event"("cameraId", "epoch", "trackNo");
