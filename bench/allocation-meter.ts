import v8 from 'node:v8';

/**
 * Counts the bytes that JavaScript allocates on the heap of this thread, whether they are collected meanwhile or not: growth of the
 * heap, plus what each garbage collection took away. Buffers beside the heap (pixels, tensors) do not count: they are freed some time
 * after a collection, so that no such sum is right for them.
 */
export class AllocationMeter {
  private profiler: v8.GCProfiler | null = null;
  private fromBytes = 0;

  /** Counts from zero. */
  start(): void {
    this.profiler?.stop();
    this.profiler = new v8.GCProfiler();
    this.profiler.start();
    this.fromBytes = v8.getHeapStatistics().used_heap_size;
  }

  /** Bytes since `start`; ends counting. 0 when it was not started. */
  read(): number {
    if (this.profiler === null) return 0;
    const { statistics } = this.profiler.stop();
    this.profiler = null;
    let bytes = v8.getHeapStatistics().used_heap_size - this.fromBytes;
    for (const { beforeGC, afterGC } of statistics)
      bytes += beforeGC.heapStatistics.usedHeapSize - afterGC.heapStatistics.usedHeapSize;
    return bytes;
  }
}
