-- The newest alerts of a rule, and how many it raised in a span of time.
-- CreateIndex
CREATE INDEX "Event_ruleId_startMs_idx" ON "Event"("ruleId", "startMs");
