-- AlterTable
ALTER TABLE "Camera" ADD COLUMN     "motionGate" BOOLEAN NOT NULL DEFAULT true,
ADD COLUMN     "profile" TEXT NOT NULL DEFAULT 'fast',
ADD COLUMN     "wide" BOOLEAN NOT NULL DEFAULT false;
