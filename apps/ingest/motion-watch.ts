import { letterbox, type Size } from '#geometry/letterbox.js';
import { sampleFrame, sampleGrid, type SampleGrid } from '#motion/frame-sample.js';
import { emptyMotionGate, gateAnswered, motionGateStep, type GateAnswer } from '#motion/motion-gate.js';
import type { CapturedFrame } from './frame-sender.js';

/** Analysis goes on for so long after the last change: the last analysed frame shows where people came to rest. */
const HOLD_MS = 1000;

/** The motion gate of one epoch; see docs/decisions/0004-motion-gate.md. */
export class MotionWatch {
  private readonly grid: SampleGrid;
  private readonly heartbeatUs: number;
  private state = emptyMotionGate();

  /** `heartbeatMs`: a still scene is analysed this often, in media time. */
  constructor(stream: { readonly source: Size; readonly analysis: Size }, heartbeatMs: number) {
    this.grid = sampleGrid(letterbox(stream.source, stream.analysis));
    this.heartbeatUs = heartbeatMs * 1000;
  }

  /** True: nothing has changed since the newest analysed frame. Otherwise the frame is to be analysed, and `answered` to tell how it went. */
  isStill({ seq, ptsUs, pixels }: CapturedFrame): boolean {
    const frame = { seq, ptsUs, sample: sampleFrame(pixels.bytes, this.grid) };
    const settings = { heartbeatUs: this.heartbeatUs, holdUs: HOLD_MS * 1000 };
    const { state, isStill } = motionGateStep(this.state, frame, { grid: this.grid, settings });
    this.state = state;
    return isStill;
  }

  /** The fate of frames up to `answer.seq` is known. */
  answered(answer: GateAnswer): void {
    this.state = gateAnswered(this.state, answer);
  }
}
