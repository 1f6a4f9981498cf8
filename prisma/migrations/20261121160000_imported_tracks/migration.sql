-- Files of tracks that become videos without being analysed: what they were, and how their frames are numbered.
ALTER TABLE "Video" ADD COLUMN "origin" TEXT NOT NULL DEFAULT 'recording',
ADD COLUMN "frameRate" DOUBLE PRECISION,
ADD COLUMN "imageIds" JSONB;
