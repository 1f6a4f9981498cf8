-- CreateTable
CREATE TABLE "User" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "passwordHash" TEXT NOT NULL,
    "role" TEXT NOT NULL DEFAULT 'viewer',
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "User_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Session" (
    "tokenHash" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "expiresAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "Session_pkey" PRIMARY KEY ("tokenHash")
);

-- CreateTable
CREATE TABLE "Camera" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "url" TEXT,
    "credentials" TEXT,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "fps" DOUBLE PRECISION NOT NULL DEFAULT 10,
    "modelId" TEXT,
    "privacy" TEXT NOT NULL DEFAULT 'full',
    "epoch" INTEGER NOT NULL DEFAULT 0,
    "sourceWidthPx" INTEGER,
    "sourceHeightPx" INTEGER,
    "position" INTEGER NOT NULL DEFAULT 0,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deletedAt" TIMESTAMP(3),

    CONSTRAINT "Camera_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Video" (
    "cameraId" TEXT NOT NULL,
    "fileName" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "bytes" BIGINT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'queued',
    "problem" TEXT,
    "startedAtMs" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "durationUs" BIGINT,
    "frameCount" INTEGER,
    "framesDone" INTEGER NOT NULL DEFAULT 0,
    "dropped" JSONB NOT NULL DEFAULT '{}',
    "codec" TEXT,
    "isImage" BOOLEAN NOT NULL DEFAULT false,
    "playbackPath" TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finishedAt" TIMESTAMP(3),

    CONSTRAINT "Video_pkey" PRIMARY KEY ("cameraId")
);

-- CreateTable
CREATE TABLE "Zone" (
    "id" TEXT NOT NULL,
    "cameraId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "polygon" JSONB NOT NULL,
    "deletedAt" TIMESTAMP(3),

    CONSTRAINT "Zone_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Rule" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "cameraId" TEXT,
    "zoneId" TEXT,
    "params" JSONB NOT NULL DEFAULT '{}',
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deletedAt" TIMESTAMP(3),

    CONSTRAINT "Rule_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Track" (
    "cameraId" TEXT NOT NULL,
    "epoch" INTEGER NOT NULL,
    "trackNo" INTEGER NOT NULL,
    "startMs" DOUBLE PRECISION NOT NULL,
    "endMs" DOUBLE PRECISION NOT NULL,
    "startPtsUs" BIGINT NOT NULL,
    "endPtsUs" BIGINT NOT NULL,
    "poses" INTEGER NOT NULL,
    "meanScore" DOUBLE PRECISION NOT NULL,
    "maxSpeed" DOUBLE PRECISION NOT NULL,
    "distance" DOUBLE PRECISION NOT NULL,
    "closed" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "Track_pkey" PRIMARY KEY ("cameraId", "epoch", "trackNo")
);

-- CreateTable
CREATE TABLE "TrackSegment" (
    "cameraId" TEXT NOT NULL,
    "epoch" INTEGER NOT NULL,
    "trackNo" INTEGER NOT NULL,
    "segmentNo" INTEGER NOT NULL,
    "startMs" DOUBLE PRECISION NOT NULL,
    "endMs" DOUBLE PRECISION NOT NULL,
    "startPtsUs" BIGINT NOT NULL,
    "endPtsUs" BIGINT NOT NULL,
    "poses" INTEGER NOT NULL,
    "minX" DOUBLE PRECISION NOT NULL,
    "minY" DOUBLE PRECISION NOT NULL,
    "maxX" DOUBLE PRECISION NOT NULL,
    "maxY" DOUBLE PRECISION NOT NULL,
    "meanScore" DOUBLE PRECISION NOT NULL,
    "maxSpeed" DOUBLE PRECISION NOT NULL,
    "packed" BYTEA NOT NULL,

    CONSTRAINT "TrackSegment_pkey" PRIMARY KEY ("cameraId", "epoch", "trackNo", "segmentNo")
);

-- CreateTable
CREATE TABLE "Event" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "ruleId" TEXT NOT NULL,
    "zoneId" TEXT,
    "cameraId" TEXT NOT NULL,
    "epoch" INTEGER NOT NULL,
    "trackNo" INTEGER NOT NULL,
    "startMs" DOUBLE PRECISION NOT NULL,
    "endMs" DOUBLE PRECISION,
    "startPtsUs" BIGINT NOT NULL,
    "measure" JSONB NOT NULL,
    "why" TEXT NOT NULL,
    "snapshotPath" TEXT,
    "acknowledgedAt" TIMESTAMP(3),
    "acknowledgedBy" TEXT,

    CONSTRAINT "Event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "TrackerCheckpoint" (
    "cameraId" TEXT NOT NULL,
    "epoch" INTEGER NOT NULL,
    "nextSeq" INTEGER NOT NULL,
    "version" INTEGER NOT NULL,
    "state" BYTEA NOT NULL,

    CONSTRAINT "TrackerCheckpoint_pkey" PRIMARY KEY ("cameraId")
);

-- CreateIndex
CREATE UNIQUE INDEX "User_name_key" ON "User"("name");

-- CreateIndex
CREATE INDEX "Session_userId_idx" ON "Session"("userId");

-- CreateIndex
CREATE INDEX "Camera_kind_deletedAt_idx" ON "Camera"("kind", "deletedAt");

-- CreateIndex
CREATE INDEX "Video_status_idx" ON "Video"("status");

-- CreateIndex
CREATE INDEX "Zone_cameraId_idx" ON "Zone"("cameraId");

-- CreateIndex
CREATE INDEX "Rule_cameraId_idx" ON "Rule"("cameraId");

-- CreateIndex
CREATE INDEX "Track_cameraId_startMs_idx" ON "Track"("cameraId", "startMs");

-- CreateIndex
CREATE INDEX "Track_startMs_idx" ON "Track"("startMs");

-- CreateIndex
CREATE INDEX "TrackSegment_cameraId_startMs_idx" ON "TrackSegment"("cameraId", "startMs");

-- CreateIndex
CREATE INDEX "Event_startMs_idx" ON "Event"("startMs");

-- CreateIndex
CREATE INDEX "Event_cameraId_startMs_idx" ON "Event"("cameraId", "startMs");

-- AddForeignKey
ALTER TABLE "Session" ADD CONSTRAINT "Session_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Video" ADD CONSTRAINT "Video_cameraId_fkey" FOREIGN KEY ("cameraId") REFERENCES "Camera"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Zone" ADD CONSTRAINT "Zone_cameraId_fkey" FOREIGN KEY ("cameraId") REFERENCES "Camera"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Rule" ADD CONSTRAINT "Rule_cameraId_fkey" FOREIGN KEY ("cameraId") REFERENCES "Camera"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Rule" ADD CONSTRAINT "Rule_zoneId_fkey" FOREIGN KEY ("zoneId") REFERENCES "Zone"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Track" ADD CONSTRAINT "Track_cameraId_fkey" FOREIGN KEY ("cameraId") REFERENCES "Camera"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "TrackSegment" ADD CONSTRAINT "TrackSegment_cameraId_epoch_trackNo_fkey" FOREIGN KEY ("cameraId", "epoch", "trackNo") REFERENCES "Track"("cameraId", "epoch", "trackNo") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Event" ADD CONSTRAINT "Event_cameraId_fkey" FOREIGN KEY ("cameraId") REFERENCES "Camera"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Event" ADD CONSTRAINT "Event_ruleId_fkey" FOREIGN KEY ("ruleId") REFERENCES "Rule"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "TrackerCheckpoint" ADD CONSTRAINT "TrackerCheckpoint_cameraId_fkey" FOREIGN KEY ("cameraId") REFERENCES "Camera"("id") ON DELETE CASCADE ON UPDATE CASCADE;
