import type { Settings } from '#config/settings.js';

/** What bounds a WebSocket connection besides the settings; each is one browser tab, or one tile of its wall. */
export const socketTimes = {
  /** Bytes a browser may send in one message. */
  messageBytes: 64 * 1024,
  pingMs: 15_000,
  /** How often a login is looked up again while its connections are open. */
  loginCheckMs: 10_000,
  healthMs: 1000,
  systemMs: 2000,
} as const;

/** Bounds of a WebSocket connection that are settings. */
export interface SocketLimits {
  /** Connections of all kinds. */
  readonly connections: number;
  /** Text waiting for one browser before newer states replace older ones. */
  readonly textBytes: number;
  /** Alerts waiting for one browser before it is told to read them from the API instead. */
  readonly keptTexts: number;
  /** Video waiting for one viewer before it is skipped to a key frame. */
  readonly viewerBytes: number;
  /** Video of one camera kept for viewers that join. */
  readonly groupBytes: number;
}

/** The bounds that settings ask for. */
export function socketLimits(settings: Settings): SocketLimits {
  return {
    connections: settings.POSEWATCH_WEBSOCKETS,
    textBytes: settings.POSEWATCH_WEBSOCKET_TEXT_BYTES,
    keptTexts: settings.POSEWATCH_WEBSOCKET_ALERTS,
    viewerBytes: settings.POSEWATCH_WEBSOCKET_VIDEO_BYTES,
    groupBytes: settings.POSEWATCH_LIVE_GROUP_BYTES,
  };
}
