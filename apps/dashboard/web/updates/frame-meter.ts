/** Events a second over the last few seconds. */
export class FrameMeter {
  private moments: number[] = [];

  constructor(private readonly windowMs: number) {}

  add(nowMs: number): void {
    this.moments.push(nowMs);
    this.forget(nowMs);
  }

  perSec(nowMs: number): number {
    this.forget(nowMs);
    return (this.moments.length * 1000) / this.windowMs;
  }

  private forget(nowMs: number): void {
    const oldest = nowMs - this.windowMs;
    while (this.moments.length > 0 && this.moments[0] <= oldest) this.moments.shift();
  }
}
