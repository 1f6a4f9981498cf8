/** What the composition root provides to the ingest service. */
export const INGEST_PARTS = Symbol('IngestParts');
