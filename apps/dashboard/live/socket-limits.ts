/** Bounds of the WebSocket side; each connection is one browser tab, or one tile of its wall. */
export const socketLimits = {
  /** Connections of all kinds. */
  connections: 512,
  /** Bytes a browser may send in one message. */
  messageBytes: 64 * 1024,
  /** Text waiting for one browser before newer states replace older ones. */
  textBytes: 1024 * 1024,
  /** Alerts waiting for one browser before it is told to read them from the API instead. */
  keptTexts: 500,
  /** Video waiting for one viewer before it is skipped to a key frame. */
  viewerBytes: 4 * 1024 * 1024,
  /** Video of one camera kept for viewers that join. */
  groupBytes: 16 * 1024 * 1024,
  pingMs: 15_000,
  /** How often a login is looked up again while its connections are open. */
  loginCheckMs: 10_000,
  healthMs: 1000,
  systemMs: 2000,
} as const;
